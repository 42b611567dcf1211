package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.http.KeySettings.Scope;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets in, and how far. */
class AccessIT {
  private static final String RUN =
      "{\"agent\":\"helper\",\"input\":\"quick\",\"background\":true,\"session\":\"s1\"}";
  private static final Map<Scope, String> KEYS = new EnumMap<>(Scope.class);

  static {
    for (var scope : Scope.values()) {
      KEYS.put(scope, "tg_" + word(scope));
    }
  }

  private final TestDoor door = new TestDoor("127.0.0.1", settings());

  private static String word(Scope scope) {
    return scope.name().toLowerCase(Locale.ROOT);
  }

  /** A key of acme for each scope, and one of umbrella with all. */
  private static KeySettings settings() {
    var acme =
        KEYS.entrySet().stream()
            .map(key -> key(key.getValue(), "acme", word(key.getKey()), Set.of(key.getKey())));
    var umbrella = key("tg_umbrella", "umbrella", "eve", EnumSet.allOf(Scope.class));
    return new KeySettings(Stream.concat(acme, Stream.of(umbrella)).toList());
  }

  private static KeySettings.Key key(
      String key, String tenant, String principal, Set<Scope> scopes) {
    return new KeySettings.Key(KeySettings.hash(key), tenant, principal, scopes);
  }

  @AfterEach
  void close() {
    door.close();
  }

  // Who gets in.

  @Test
  void keyIsTakenFromEitherHeader() {
    for (var headers :
        List.of(
            List.of("Authorization", "Bearer tg_read"),
            List.of("Authorization", "bearer  tg_read "),
            List.of("X-API-Key", "tg_read"),
            List.of("Authorization", "Basic dXNlcjpwYXNz", "X-API-Key", "tg_read"))) {
      assertThat(get("/v1/agents", headers.toArray(String[]::new)).statusCode())
          .as("%s", headers)
          .isEqualTo(200);
    }
  }

  @Test
  void missingAndWrongKeysGetTheSameAnswer() {
    var missing = get("/v1/agents");
    assertThat(missing.statusCode()).isEqualTo(401);
    assertThat(missing.headers().firstValue("www-authenticate")).hasValue("Bearer");
    assertThat(missing.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(new JsonObject(missing.body()).getString("type"))
        .isEqualTo("urn:tidegate:problem:unauthorized");
    var hash = settings().all().getFirst().hash();
    for (var headers :
        List.of(
            List.of("Authorization", "Bearer tg_wrong"),
            List.of("Authorization", "Bearer TG_READ"),
            List.of("Authorization", "Bearer " + hash),
            List.of("Authorization", "tg_read"),
            List.of("Authorization", "Bearer "),
            List.of("Authorization", "Bearer tg_wrong", "X-API-Key", "tg_read"),
            List.of("X-API-Key", ""),
            List.of("X-API-Key", "x".repeat(20_000)))) {
      var wrong = get("/v1/agents", headers.toArray(String[]::new));
      assertThat(wrong.statusCode()).as("%s", headers).isEqualTo(401);
      assertThat(wrong.body()).isEqualTo(missing.body());
      assertThat(wrong.headers().map()).isEqualTo(missing.headers().map());
    }
  }

  @Test
  void everyRouteAsksForAKeyWithItsScope() {
    for (var endpoint : endpoints()) {
      if (!(endpoint.access() instanceof Access.Open)) {
        assertThat(send(endpoint, "nobody").statusCode()).as("%s", endpoint).isEqualTo(401);
      }
      if (endpoint.access() instanceof Access.Scoped(var needed)) {
        for (var scope : Scope.values()) {
          assertOnlyWith(needed, scope, endpoint);
        }
      }
    }
  }

  private void assertOnlyWith(Scope needed, Scope scope, Endpoint endpoint) {
    var answer = send(endpoint, KEYS.get(scope));
    if (scope == needed || scope == Scope.ADMIN) {
      assertThat(answer.statusCode()).as("%s as %s", endpoint, scope).isNotIn(401, 403);
      return;
    }
    assertThat(answer.statusCode()).as("%s as %s", endpoint, scope).isEqualTo(403);
    assertThat(new JsonObject(answer.body()).getString("detail"))
        .contains("'" + word(needed) + "'");
    assertThat(answer.headers().firstValue("www-authenticate"))
        .hasValue("Bearer error=\"insufficient_scope\", scope=\"" + word(needed) + "\"");
  }

  @Test
  void theDescriptionIsOpenToAll() {
    var open = endpoints().stream().filter(each -> each.access() instanceof Access.Open).toList();
    assertThat(open).singleElement().extracting(Endpoint::path).isEqualTo("/openapi.yaml");
    assertThat(get("/openapi.yaml").statusCode()).isEqualTo(200);
  }

  @Test
  void headOfAStreamAsksForAKeyToo() {
    var head = HttpRequest.newBuilder(door.uri("/v1/sessions/s1/events")).HEAD();
    assertThat(door.send(head).statusCode()).isEqualTo(401);
    assertThat(door.send(head.header("X-API-Key", "tg_read")).statusCode()).isEqualTo(200);
  }

  /** Nothing that is asked here exists, so that no stream begins. */
  private HttpResponse<String> send(Endpoint endpoint, String key) {
    var path = endpoint.path().replaceAll("\\{\\w+}", "nope");
    return door.send(
        HttpRequest.newBuilder(door.uri(path))
            .header("X-API-Key", key)
            .method(endpoint.method().name(), BodyPublishers.noBody()));
  }

  private List<Endpoint> endpoints() {
    var house =
        new FrontDoor.House(
            door.sessions,
            door.journal,
            null,
            null,
            Samples.AGENTS,
            new FakeBook().desk(),
            null,
            null,
            null,
            door.time,
            _ -> new Metrics.Page("", ""),
            Requests.UNHEARD,
            () -> false);
    return ApiServer.endpoints(
        door.vertx, house, new HttpSettings("127.0.0.1", 0, 0, 1, 1, KeySettings.NONE));
  }

  private HttpResponse<String> get(String path, String... headers) {
    var request = HttpRequest.newBuilder(door.uri(path));
    return door.send(headers.length == 0 ? request : request.headers(headers));
  }

  // Who it is.

  @Test
  void whatIsDoneIsDoneByThePrincipalForItsTenant() throws Exception {
    door.post("/v1/runs", RUN, "X-API-Key", "tg_run");
    var start = door.sessions.starts().getFirst();
    assertThat(start.tenant()).isEqualTo("acme");
    assertThat(start.by()).isEqualTo("run");
    assertThat(get("/v1/sessions/s1", "X-API-Key", "tg_read").statusCode()).isEqualTo(200);
    assertThat(get("/v1/sessions/s1", "X-API-Key", "tg_umbrella").statusCode()).isEqualTo(404);
    assertThat(get("/v1/sessions", "X-API-Key", "tg_umbrella").body()).contains("\"items\":[]");
  }

  @Test
  void everythingIsDoneInThePrincipalsName() {
    door.post("/v1/runs", RUN, "X-API-Key", "tg_umbrella");
    for (var path :
        List.of(
            "/v1/sessions/s1/runs/r1/cancel",
            "/v1/sessions/s1/runs/r1/resume",
            "/v1/sessions/s1/fork")) {
      door.post(path, "", "X-API-Key", "tg_umbrella");
    }
    var session = "{\"agent\":\"helper\",\"id\":\"s2\"}";
    door.post("/v1/sessions", session, "X-API-Key", "tg_umbrella");
    var decision = "{\"decision\":\"deny\"}";
    door.post("/v1/sessions/s1/approvals/c1", decision, "X-API-Key", "tg_umbrella");
    var outcome = "{\"outcome\":\"rerun\"}";
    door.post("/v1/sessions/s1/outcomes/c1", outcome, "X-API-Key", "tg_umbrella");
    assertThat(door.sessions.doers()).hasSize(8).containsOnly("eve");
  }

  // The WebSocket.

  /** Held, because Vert.x closes what belongs to a client that is garbage. */
  private final WebSocketClient sockets = door.vertx.createWebSocketClient();

  private final LinkedBlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();

  private WebSocket connect(WebSocketConnectOptions options) {
    var socket =
        TestDoor.await(
            sockets.connect(
                options.setHost("127.0.0.1").setPort(door.door.port()).setURI("/v1/ws")));
    socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
    return socket;
  }

  private static WebSocketConnectOptions with(String key) {
    return new WebSocketConnectOptions().putHeader("Authorization", "Bearer " + key);
  }

  private JsonObject answer(WebSocket socket, String json) throws InterruptedException {
    TestDoor.await(socket.writeTextMessage(json));
    var frame = frames.poll(20, TimeUnit.SECONDS);
    assertThat(frame).as("a frame within 20 s").isNotNull();
    return frame;
  }

  @Test
  void socketOpensWithAnyKeyAndWithNoneElse() {
    connect(with("tg_approve"));
    assertRefused(new WebSocketConnectOptions());
    assertRefused(with("tg_wrong"));
    assertRefused(
        new WebSocketConnectOptions().setSubProtocols(List.of("tidegate", "bearer.tg_wrong")));
  }

  private void assertRefused(WebSocketConnectOptions options) {
    assertThatThrownBy(() -> connect(options))
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(401));
  }

  @Test
  void browserOffersItsKeyAsASubprotocolAndIsNotAnsweredWithIt() throws Exception {
    var socket =
        connect(
            new WebSocketConnectOptions().setSubProtocols(List.of("tidegate", "bearer.tg_read")));
    assertThat(socket.subProtocol()).isEqualTo("tidegate");
    assertThat(socket.headers().toString()).doesNotContain("tg_read");
    assertThat(answer(socket, "{\"type\":\"ping\"}").getString("type")).isEqualTo("ack");
  }

  @Test
  void commandsAskForTheirScopes() throws Exception {
    var onRun = "\"session\":\"s1\",\"run\":\"r1\"}";
    var onCall = "\"session\":\"s1\",\"call\":\"c1\",";
    var commands =
        Map.of(
            "{\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"quick\",\"background\":true}",
            Scope.RUN,
            "{\"type\":\"run.cancel\"," + onRun,
            Scope.RUN,
            "{\"type\":\"run.resume\"," + onRun,
            Scope.RUN,
            "{\"type\":\"approval.decide\"," + onCall + "\"decision\":\"deny\"}",
            Scope.APPROVE,
            "{\"type\":\"outcome.decide\"," + onCall + "\"outcome\":\"rerun\"}",
            Scope.APPROVE,
            "{\"type\":\"subscribe\",\"session\":\"nope\"}",
            Scope.READ);
    for (var scope : Scope.values()) {
      var socket = connect(with(KEYS.get(scope)));
      for (var command : commands.entrySet()) {
        var frame = answer(socket, command.getKey());
        boolean may = scope == Scope.ADMIN || scope == command.getValue();
        assertThat(status(frame) != 403).as("%s: %s", scope, command.getKey()).isEqualTo(may);
      }
      TestDoor.await(socket.close());
    }
  }

  private static int status(JsonObject frame) {
    var problem = frame.getJsonObject("problem");
    return problem == null ? 200 : problem.getInteger("status");
  }

  @Test
  void socketSeesItsOwnTenantsSessionsAlone() throws Exception {
    door.post("/v1/runs", RUN, "X-API-Key", "tg_run");
    var socket = connect(with("tg_umbrella"));
    var others = answer(socket, "{\"type\":\"subscribe\",\"session\":\"s1\"}");
    var missing = answer(socket, "{\"type\":\"subscribe\",\"session\":\"s2\"}");
    assertThat(status(others)).isEqualTo(404);
    assertThat(others.encode().replace("s1", "s2")).isEqualTo(missing.encode());
    assertThat(door.sessions.followers()).isZero();
  }

  // Other keys.

  @Test
  void keyThatIsTakenAwayOpensNothingMore() throws Exception {
    door.post("/v1/runs", RUN, "X-API-Key", "tg_run");
    var gone = connect(with("tg_read"));
    var closed = new CompletableFuture<Short>();
    gone.closeHandler(_ -> closed.complete(gone.closeStatusCode()));
    var stays = connect(with("tg_umbrella"));
    try (var stream = new RawClient(door.door.port())) {
      stream.head("GET /v1/sessions/s1/events HTTP/1.1", "X-API-Key: tg_read");
      stream.readHead();
      var kept = settings().all().stream().filter(key -> !key.principal().equals("read")).toList();
      var fresh = key("tg_fresh", "acme", "read", Set.of(Scope.READ));
      door.door.use(new KeySettings(Stream.concat(kept.stream(), Stream.of(fresh)).toList()));
      stream.readUntil("\r\n0\r\n\r\n");
    }
    assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo((short) 1012);
    assertThat(get("/v1/agents", "X-API-Key", "tg_read").statusCode()).isEqualTo(401);
    assertThat(get("/v1/agents", "X-API-Key", "tg_fresh").statusCode()).isEqualTo(200);
    assertThat(answer(stays, "{\"type\":\"ping\"}").getString("type")).isEqualTo("ack");
  }

  // Where it listens.

  @Test
  void withoutKeysTheApiIsServedOnThisMachineAlone() throws Exception {
    try (var open = new TestDoor("0.0.0.0", KeySettings.NONE)) {
      assertThat(open.get("/v1/agents").statusCode()).isEqualTo(200);
      reach(open.door.managementPort());
      assertThatThrownBy(() -> reach(open.door.port())).isInstanceOf(ConnectException.class);
    }
    try (var closed = new TestDoor("0.0.0.0", settings())) {
      reach(closed.door.port());
    }
  }

  @Test
  void withoutKeysPagesFromElsewhereAreNotServed() {
    try (var open = new TestDoor()) {
      for (var origin : List.of("https://evil.example", "null", "http://127.0.0.1.evil.example")) {
        assertThat(agents(open, origin)).as(origin).isEqualTo(403);
      }
      for (var origin : List.of("http://localhost:3000", "http://127.0.0.1", "http://[::1]:80")) {
        assertThat(agents(open, origin)).as(origin).isEqualTo(200);
      }
      var page = new WebSocketConnectOptions().addHeader("Origin", "https://evil.example");
      var evil = page.setHost("127.0.0.1").setPort(open.door.port()).setURI("/v1/ws");
      var client = open.vertx.createWebSocketClient();
      assertThatThrownBy(() -> TestDoor.await(client.connect(evil)))
          .isInstanceOf(UpgradeRejectedException.class);
      TestDoor.await(client.close());
    }
  }

  private static int agents(TestDoor open, String origin) {
    var request = HttpRequest.newBuilder(open.uri("/v1/agents")).header("Origin", origin);
    return open.send(request).statusCode();
  }

  /** Connects as from outside, or at least not to 127.0.0.1. */
  private static void reach(int port) throws IOException {
    try (var socket = new Socket(ownAddress(), port)) {
      assertThat(socket.isConnected()).isTrue();
    }
  }

  private static String ownAddress() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .map(address -> address.getHostAddress())
        .findFirst()
        .orElse("127.0.0.2");
  }
}
