package io.tidegate.tool;

import static io.tidegate.conversation.SideEffect.IDEMPOTENT;
import static io.tidegate.conversation.SideEffect.READ;
import static io.tidegate.conversation.SideEffect.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpToolFaultIT extends HttpFixture {

  @Test
  void theIdempotencyKeyStaysTheSameOverAllTries() {
    var count = new AtomicInteger();
    int port =
        server(
            request -> {
              if (count.incrementAndGet() < 3) {
                request.response().setStatusCode(503).end();
              } else {
                json(request, "1");
              }
            });
    assertThat(call(tool(IDEMPOTENT, port, 5_000)))
        .returns(Outcome.SUCCEEDED, Returned::outcome)
        .returns(3, Returned::tries);
    assertThat(seen)
        .hasSize(3)
        .allMatch(request -> "key-1".equals(request.headers().get("idempotency-key")));
  }

  @Test
  void triesEndWithTheToolsLastWord() {
    int port = server(request -> request.response().setStatusCode(500).end("broken"));
    assertThat(call(tool(READ, port, 5_000)))
        .returns(Outcome.FAILED, Returned::outcome)
        .returns(3, Returned::tries)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("The tool answered 500.", "broken");
  }

  @Test
  void aWriteWhoseConnectionBreaksAfterItWasSentIsUnknownAndNotSentAgain() {
    var requests = new AtomicInteger();
    int port =
        sockets(
            socket ->
                socket.handler(
                    bytes -> {
                      requests.incrementAndGet();
                      socket.close();
                    }));
    assertThat(call(tool(WRITE, port, 5_000)))
        .returns(Outcome.UNKNOWN, Returned::outcome)
        .returns(1, Returned::tries)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("nobody knows whether it took effect");
    assertThat(requests).hasValue(1);
  }

  @Test
  void aReadWhoseConnectionBreaksIsSentAgain() {
    var requests = new AtomicInteger();
    int port =
        sockets(
            socket ->
                socket.handler(
                    bytes -> {
                      if (requests.incrementAndGet() < 3) {
                        socket.close();
                      } else {
                        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n7");
                      }
                    }));
    assertThat(call(tool(READ, port, 5_000)))
        .returns(Outcome.SUCCEEDED, Returned::outcome)
        .returns(3, Returned::tries);
  }

  @ParameterizedTest
  @CsvSource({"READ, FAILED, 3", "IDEMPOTENT, FAILED, 3", "WRITE, UNKNOWN, 1"})
  void anAnswerThatBreaksOffCounts(SideEffect effect, Outcome outcome, int tries) {
    int port =
        sockets(
            socket ->
                socket.handler(
                    bytes ->
                        socket
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")
                            .onComplete(written -> socket.close())));
    assertThat(call(tool(effect, port, 5_000)))
        .returns(outcome, Returned::outcome)
        .returns(tries, Returned::tries);
  }

  @ParameterizedTest
  @CsvSource({"READ, TIMED_OUT", "IDEMPOTENT, TIMED_OUT", "WRITE, UNKNOWN"})
  void aHangEndsAtTheTimeout(SideEffect effect, Outcome outcome) {
    int port = server(request -> {});
    assertThat(call(tool(effect, port, 300)))
        .returns(outcome, Returned::outcome)
        .returns(1, Returned::tries)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("within 300 ms");
  }

  @Test
  void anAnswerThatNeverEndsEndsAtTheTimeout() {
    int port = server(request -> request.response().setChunked(true).write("[1,"));
    assertThat(call(tool(READ, port, 300))).returns(Outcome.TIMED_OUT, Returned::outcome);
  }

  @Test
  void aWriteThatWasNeverSentMayBeSentAgain() {
    assertThat(call(tool(WRITE, closedPort(), 5_000)))
        .returns(Outcome.FAILED, Returned::outcome)
        .returns(0, Returned::tries)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("can't be reached");
  }

  @Test
  void aWriteIsSentOnceTheToolIsBack() {
    try (var kept = new KeptPort()) {
      Execution execution = start(persistent(tool(WRITE, kept.number(), 15_000)), "{}");
      var server = vertx().createHttpServer().requestHandler(request -> json(request, "\"late\""));
      await(server.listen(kept.number(), "127.0.0.1"));
      assertThat(await(execution.result()))
          .returns(Outcome.SUCCEEDED, Returned::outcome)
          .returns(1, Returned::tries);
    }
  }

  private static ToolSettings persistent(ToolSettings tool) {
    return new ToolSettings(
        tool.contract(), tool.target(), 100, tool.concurrency(), "", tool.maxResultBytes());
  }

  @Test
  void retryAfterIsObeyed() {
    var first = new AtomicLong();
    var waited = new AtomicLong();
    int port =
        server(
            request -> {
              if (first.compareAndSet(0, System.nanoTime())) {
                request.response().setStatusCode(429).putHeader("Retry-After", "1").end();
              } else {
                waited.set(System.nanoTime() - first.get());
                json(request, "1");
              }
            });
    assertThat(call(tool(READ, port, 5_000))).returns(Outcome.SUCCEEDED, Returned::outcome);
    assertThat(TimeUnit.NANOSECONDS.toMillis(waited.get())).isGreaterThanOrEqualTo(990);
  }

  @Test
  void retryAfterBeyondTheTimeoutEndsTheCallAtOnce() {
    int port =
        server(
            request -> request.response().setStatusCode(503).putHeader("Retry-After", "9").end());
    assertThat(call(tool(READ, port, 5_000)))
        .returns(Outcome.FAILED, Returned::outcome)
        .returns(1, Returned::tries);
  }

  @Test
  void aResultThatIsTooLargeIsNotReadToItsEnd() {
    var written = new AtomicLong();
    Promise<Void> closed = Promise.promise();
    var chunk = Buffer.buffer("x".repeat(64 * 1024));
    int port =
        server(
            request -> {
              var response = request.response().setChunked(true);
              response.putHeader("Content-Type", "text/plain");
              request.connection().closeHandler(closed::tryComplete);
              Runnable pump =
                  () -> {
                    while (!response.writeQueueFull() && written.get() < 5 << 20) {
                      response.write(chunk);
                      written.addAndGet(chunk.length());
                    }
                  };
              response.drainHandler(drained -> pump.run());
              pump.run();
            });
    assertThat(call(tool(READ, port, 10_000)))
        .returns(Outcome.FAILED, Returned::outcome)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("larger than the 65536 bytes", "ask for less");
    await(closed.future());
  }

  @Test
  void aResultThatIsTooLargeSaysBothSizes() {
    int port =
        server(
            request ->
                request
                    .response()
                    .putHeader("Content-Type", "text/plain")
                    .end("x".repeat(5 << 20)));
    assertThat(call(tool(READ, port, 10_000)).result().text())
        .contains("larger than the 65536 bytes that are read (it has 5242880)");
  }

  @Test
  void whatIsNoJsonFailsTheCall() {
    int port = server(request -> json(request, "{\"a\":"));
    assertThat(call(tool(READ, port, 5_000)))
        .returns(Outcome.FAILED, Returned::outcome)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("answered with malformed JSON");
  }

  @Test
  void bytesThatAreNoHttpFailTheCall() {
    int port = sockets(socket -> socket.handler(bytes -> socket.write("SSH-2.0-x\r\n\r\n")));
    assertThat(call(tool(READ, port, 5_000))).returns(Outcome.FAILED, Returned::outcome);
    assertThat(call(tool(WRITE, port, 5_000))).returns(Outcome.UNKNOWN, Returned::outcome);
  }

  @Test
  void cancelClosesTheConnection() {
    Promise<Void> arrived = Promise.promise();
    Promise<Void> closed = Promise.promise();
    int port =
        server(
            request -> {
              request.connection().closeHandler(closed::tryComplete);
              arrived.tryComplete();
            });
    Execution execution = start(tool(READ, port, 15_000), "{}");
    await(arrived.future());
    execution.cancel();
    assertThat(await(execution.result())).returns(Outcome.CANCELLED, Returned::outcome);
    await(closed.future());
    execution.cancel();
  }

  @Test
  void cancelEndsTheWaitBetweenTries() {
    int port =
        server(
            request -> request.response().setStatusCode(503).putHeader("Retry-After", "9").end());
    Execution execution = start(tool(READ, port, 15_000), "{}");
    execution.cancel();
    assertThat(await(execution.result())).returns(Outcome.CANCELLED, Returned::outcome);
  }

  @Test
  void aClosedToolboxStillAnswers() {
    var tool = tool(READ, closedPort(), 5_000);
    tools.put("t", tool);
    var toolbox = toolbox();
    await(toolbox.close());
    assertThat(await(start(toolbox, Samples.call(tool.contract(), "{}")).result()))
        .returns(Outcome.FAILED, Returned::outcome);
  }
}
