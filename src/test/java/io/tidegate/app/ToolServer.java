package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Tools that write down every request. A call takes as long as its argument {@code ms} says, the
 * first time; one whose key was seen before is answered at once.
 */
final class ToolServer {
  private final Vertx vertx;
  private final HttpServer server;
  private final List<Use> uses = new CopyOnWriteArrayList<>();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();

  /**
   * A request that came.
   *
   * @param id the argument of that name: each call of a test has its own
   * @param atMs when it came, in milliseconds since 1970
   */
  record Use(String tool, String id, String key, String session, String call, int ms, long atMs) {}

  private ToolServer(Vertx vertx) {
    this.vertx = vertx;
    this.server = vertx.createHttpServer().requestHandler(this::handle);
  }

  static ToolServer start(Vertx vertx) {
    var tools = new ToolServer(vertx);
    Harness.await(tools.server.listen(0, "127.0.0.1"));
    return tools;
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** All requests, in the order in which they came. */
  List<Use> uses() {
    return List.copyOf(uses);
  }

  List<Use> uses(String id) {
    return uses.stream().filter(use -> use.id().equals(id)).toList();
  }

  /** Whatever was sent again was sent under the same key, and no two calls share one. */
  void assertOneKeyForACall() {
    var keysByCall =
        uses.stream()
            .collect(
                Collectors.groupingBy(
                    use -> use.session() + " " + use.call(),
                    Collectors.mapping(Use::key, Collectors.toSet())));
    assertThat(keysByCall.values()).allSatisfy(all -> assertThat(all).hasSize(1));
    assertThat(keysByCall).hasSameSizeAs(keys);
  }

  private void handle(HttpServerRequest request) {
    request.body().onSuccess(body -> use(request, body));
  }

  private void use(HttpServerRequest request, Buffer body) {
    var args = Harness.json(body.toString());
    var use = noted(request, args);
    uses.add(use);
    int ms = keys.add(use.key()) ? use.ms() : 0;
    if (ms == 0) {
      answer(request, use);
    } else {
      vertx.setTimer(ms, _ -> answer(request, use));
    }
  }

  private static Use noted(HttpServerRequest request, JsonNode args) {
    var headers = request.headers();
    return new Use(
        request.path().substring("/tools/".length()),
        args.path("id").asText(),
        headers.get("Idempotency-Key"),
        headers.get("Tidegate-Session"),
        headers.get("Tidegate-Call"),
        args.path("ms").asInt(),
        System.currentTimeMillis());
  }

  private static void answer(HttpServerRequest request, Use use) {
    if (!request.response().closed()) {
      var json = JsonNodeFactory.instance.objectNode().put("done", use.id());
      request.response().putHeader("Content-Type", "application/json").end(json.toString());
    }
  }

  /** A configuration file for them: one tool of each kind, and writes of each policy. */
  Map<String, String> files() {
    return Map.of("tools.yaml", TOOLS.replace("TOOLS", url()));
  }

  private static final String TOOLS =
      """
      tools:
        look:
          description: Reads
          http: {method: POST, url: "TOOLS/tools/look"}
          input: {type: object}
          effect: read
          timeout: 5s
        put:
          description: Changes something, once for a key
          http: {method: POST, url: "TOOLS/tools/put"}
          input: {type: object}
          effect: idempotent
          timeout: 5s
        write:
          description: Changes something each time
          http: {method: POST, url: "TOOLS/tools/write"}
          input: {type: object}
          effect: write
          timeout: 2s
        write-or-fail:
          description: Changes something each time
          http: {method: POST, url: "TOOLS/tools/write-or-fail"}
          input: {type: object}
          effect: write
          timeout: 2s
          on-unknown: fail
        write-again:
          description: Changes something each time
          http: {method: POST, url: "TOOLS/tools/write-again"}
          input: {type: object}
          effect: write
          timeout: 2s
          on-unknown: retry
      """;
}
