package io.tidegate.tool;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.tidegate.conversation.SideEffect;
import io.tidegate.run.RetryBudget;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A toolbox, and servers on ports of their own that answer as a test says. */
abstract class HttpFixture {
  static final String OBJECT = "{\"type\":\"object\"}";

  private static final KeptPort CLOSED = new KeptPort();

  private static Vertx vertx = Vertx.vertx();

  final Map<String, ToolSettings> tools = new HashMap<>();

  /** What the servers saw, in order: for HTTP the request and its body. */
  final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

  /** A request as a server saw it. */
  record Seen(String method, String uri, Map<String, String> headers, String body, int port) {}

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    await(vertx.close());
  }

  static Vertx vertx() {
    return vertx;
  }

  /** Starts a server; the handler is called when the body was read. */
  int server(Handler<HttpServerRequest> handler) {
    var server = vertx.createHttpServer();
    server.requestHandler(
        request -> request.body().onSuccess(body -> note(request, body, handler)));
    return await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private void note(HttpServerRequest request, Buffer body, Handler<HttpServerRequest> handler) {
    var headers = new HashMap<String, String>();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    int port = request.remoteAddress().port();
    seen.add(new Seen(request.method().name(), request.uri(), headers, body.toString(), port));
    handler.handle(request);
  }

  /** Starts a server of bytes. */
  static int sockets(Handler<NetSocket> handler) {
    var server = vertx.createNetServer().connectHandler(handler);
    return await(server.listen(0, "127.0.0.1")).actualPort();
  }

  /** A port on which nobody listens as long as the JVM lives. */
  static int closedPort() {
    return CLOSED.number();
  }

  ToolSettings tool(SideEffect effect, int port, long timeoutMs) {
    var contract = Samples.contract("t", effect, OBJECT, timeoutMs);
    return Samples.settings(contract, Samples.post("http://127.0.0.1:" + port + "/run"));
  }

  /** A budget that has always one more try. */
  static final RetryBudget.Source FREELY =
      _ ->
          new RetryBudget() {
            @Override
            public void first() {}

            @Override
            public boolean again() {
              return true;
            }
          };

  ConfiguredToolbox toolbox() {
    return new ConfiguredToolbox(
        vertx, () -> tools, FREELY, new VertxTime(vertx), new BackoffTest.HalfIds());
  }

  Returned call(ToolSettings tool) {
    return call(tool, "{}");
  }

  Returned call(ToolSettings tool, String args) {
    return await(start(tool, args).result());
  }

  /** Starts a call on a context of its own. */
  Execution start(ToolSettings tool, String args) {
    tools.put(tool.contract().name(), tool);
    return start(toolbox(), Samples.call(tool.contract(), args));
  }

  static Execution start(ConfiguredToolbox toolbox, Invocation invocation) {
    Promise<Execution> started = Promise.promise();
    vertx.getOrCreateContext().runOnContext(now -> started.complete(toolbox.start(invocation)));
    return await(started.future());
  }

  static ToolSettings with(ToolSettings tool, UnaryOperator<ToolSettings.Target.Http> change) {
    return new ToolSettings(
        tool.contract(),
        change.apply((ToolSettings.Target.Http) tool.target()),
        tool.retry(),
        tool.concurrency(),
        tool.transform(),
        tool.maxResultBytes());
  }

  static ToolSettings transformed(ToolSettings tool, String transform) {
    return new ToolSettings(
        tool.contract(),
        tool.target(),
        tool.retry(),
        tool.concurrency(),
        transform,
        tool.maxResultBytes());
  }

  static void json(HttpServerRequest request, String body) {
    request.response().putHeader("Content-Type", "application/json").end(body);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
