package io.tidegate.model;

import io.tidegate.run.Secret;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider on a free port that answers as it is told, and remembers what it saw. */
final class FakeProvider {
  /** A request that was read to its end. */
  record Seen(HttpServerRequest request, String body) {
    String header(String name) {
      return request.getHeader(name);
    }
  }

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final CompletableFuture<Void> dropped = new CompletableFuture<>();
  private final HttpServer server;
  private volatile Handler<HttpServerResponse> answer = HttpServerResponse::end;

  FakeProvider(Vertx vertx, HttpServerOptions options) throws Exception {
    server =
        vertx
            .createHttpServer(options.setHost("127.0.0.1").setPort(0))
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(this::handle);
    server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Answers with the bytes as a stream of events. */
  void streams(byte[] events) {
    answers(response -> stream(response).end(Buffer.buffer(events)));
  }

  void answers(Handler<HttpServerResponse> how) {
    answer = how;
  }

  static HttpServerResponse stream(HttpServerResponse response) {
    return response.setChunked(true).putHeader("content-type", "text/event-stream");
  }

  Provider openAi(String path) {
    return provider(Provider.Protocol.OPENAI_CHAT, path, Map.of(), 4);
  }

  Provider provider(
      Provider.Protocol protocol, String path, Map<String, Secret> headers, int connections) {
    var base = URI.create("http://127.0.0.1:" + port() + path);
    return new Provider("test", protocol, base, new Secret("sk-secret-1"), headers, connections);
  }

  int port() {
    return server.actualPort();
  }

  List<Seen> seen() {
    return seen;
  }

  int connections() {
    return connections.get();
  }

  /** Comes true when a client gives a request up before its answer is complete. */
  CompletableFuture<Void> dropped() {
    return dropped;
  }

  private void handle(HttpServerRequest request) {
    request.response().exceptionHandler(cause -> dropped.complete(null));
    request.response().closeHandler(closed -> dropped.complete(null));
    request
        .body()
        .onSuccess(
            body -> {
              seen.add(new Seen(request, body.toString()));
              answer.handle(request.response());
            });
  }
}
