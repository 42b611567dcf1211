package io.tidegate.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that began a run each, and read its stream for as long as it goes on. */
final class OpenStreams implements AutoCloseable {
  private static final int CONNECTIONS = 100_000;

  /** So many a second are opened: it is not about the rush. */
  private static final int RATE = 250;

  private static final long PATIENCE_MS = 300_000;

  private final Vertx vertx;
  private final HttpClient client;
  private final RequestOptions request;
  private final AtomicInteger speaking = new AtomicInteger();
  private final AtomicInteger over = new AtomicInteger();

  OpenStreams(Vertx vertx, URI gateway) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setIdleTimeout(0),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(gateway.resolve("/v1/runs").toString())
            .addHeader("Authorization", Api.bearer())
            .addHeader("Content-Type", "application/json");
  }

  /** Opens so many; returns when each has got text, and none has ended. Blocks. */
  void open(int streams, String agent, String input) {
    var body = Buffer.buffer(Api.run(agent, input, "stream"));
    var context = vertx.getOrCreateContext();
    int wanted = speaking.get() + streams;
    long due = System.nanoTime();
    for (int i = 0; i < streams; i++) {
      context.runOnContext(_ -> ask(body));
      due += 1_000_000_000L / RATE;
      Interrupted.pause(Math.max(0, (due - System.nanoTime()) / 1_000_000));
    }
    awaitText(wanted);
  }

  private void awaitText(int wanted) {
    long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
    while (speaking.get() < wanted) {
      if (over.get() > 0 || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d of %d runs stream, %d ended".formatted(speaking.get(), wanted, over.get()));
      }
      Interrupted.pause(20);
    }
  }

  private void ask(Buffer body) {
    client
        .request(request)
        .compose(asking -> asking.send(body))
        .onSuccess(this::read)
        .onFailure(_ -> over.incrementAndGet());
  }

  private void read(HttpClientResponse response) {
    var heard = new boolean[1];
    response.handler(
        part -> {
          if (!heard[0] && hasText(part)) {
            heard[0] = true;
            speaking.incrementAndGet();
          }
        });
    response.end().onComplete(_ -> over.incrementAndGet());
  }

  /** A client that comes after the first words gets them as a snapshot. */
  private static boolean hasText(Buffer part) {
    var text = part.toString(StandardCharsets.UTF_8);
    return text.contains("text.delta") || text.contains("message.snapshot");
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
