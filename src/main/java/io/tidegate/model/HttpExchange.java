package io.tidegate.model;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.model.sse.SseParser;
import io.tidegate.model.wire.Decoder;
import io.tidegate.run.Model;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A question under way over HTTP. All of it happens on the context of its asker.
 *
 * <p>It is over at the end mark of the protocol, at the first failure, or when it is cancelled;
 * whatever comes later is not told. After an end mark the rest of the body is read, so that the
 * connection can be used again; in every other case the request is reset, so that the provider
 * stops working on it.
 */
final class HttpExchange implements Model.Exchange {
  private static final int MAX_EVENT_BYTES = 4 << 20;
  private static final int MAX_ERROR_BYTES = 64 << 10;

  private final ContextInternal context;
  private final Upstream upstream;
  private final Model.Ask ask;
  private final Model.Sink sink;
  private final Time time;
  private final Promise<Reply> reply;
  private final Decoder decoder;
  private final SseParser events = new SseParser(MAX_EVENT_BYTES, this::event);
  private final Deadlines deadlines;
  private @Nullable HttpClientRequest request;
  private boolean over;
  private boolean sent;
  private boolean refused;

  HttpExchange(
      ContextInternal context, Upstream upstream, Model.Ask ask, Model.Sink sink, Time time) {
    this.context = context;
    this.upstream = upstream;
    this.ask = ask;
    this.sink = sink;
    this.time = time;
    this.reply = context.promise();
    this.decoder = upstream.dialect().decoder(ask, new Telling());
    this.deadlines = new Deadlines(time, ask.target().timeout(), this::missed);
  }

  @Override
  public Future<Reply> reply() {
    return reply.future();
  }

  @Override
  public void cancel() {
    onContext(() -> fail(Kind.UNREACHABLE, "the call was cancelled"));
  }

  void start() {
    onContext(() -> attempt(this::connect));
  }

  private void connect() {
    if (over) {
      return;
    }
    var body = Buffer.buffer(upstream.dialect().request(ask));
    deadlines.start();
    upstream
        .request(context, ask.target().timeout().connectMs(), ask.terms().key())
        .onSuccess(connected -> send(connected, body))
        .onFailure(this::unconnected);
  }

  private void send(HttpClientRequest connected, Buffer body) {
    request = connected.exceptionHandler(this::broken);
    if (over) {
      release();
      return;
    }
    trace(connected);
    deadlines.sent();
    sent = true;
    connected.send(body).onSuccess(this::answered).onFailure(this::broken);
  }

  private void trace(HttpClientRequest asking) {
    var trace = ask.trace();
    if (trace != null) {
      asking.putHeader("traceparent", trace.traceparent());
      if (!trace.vendors().isEmpty()) {
        asking.putHeader("tracestate", trace.vendors());
      }
    }
  }

  private void answered(HttpClientResponse response) {
    if (over) {
      return;
    }
    var answer = new Answer(response.statusCode(), response.headers());
    response.exceptionHandler(this::broken);
    attempt(() -> tellLimits(answer));
    if (answer.streams()) {
      response.handler(this::chunk).endHandler(end -> ended());
    } else {
      var body = Buffer.buffer();
      response.handler(chunk -> keep(chunk, body, answer)).endHandler(end -> refused(answer, body));
    }
  }

  private void tellLimits(Answer answer) {
    var told = RateHeaders.of(answer.headers(), time.now());
    if (told.any()) {
      sink.told(told);
    }
  }

  private void chunk(Buffer chunk) {
    if (over) {
      return;
    }
    deadlines.chunk();
    attempt(
        () -> {
          events.feed(chunk.getBytes());
          if (decoder.ended()) {
            complete();
          }
        });
  }

  private void event(byte[] data, int start, int end) throws IOException {
    if (!over && !decoder.ended()) {
      decoder.event(data, start, end);
    }
  }

  private void ended() {
    request = null;
    deadlines.stop();
    attempt(this::complete);
  }

  private void complete() {
    if (over) {
      return;
    }
    Reply whole = decoder.reply();
    if (!over) {
      over = true;
      reply.complete(whole);
    }
  }

  private void keep(Buffer chunk, Buffer body, Answer answer) {
    if (over) {
      return;
    }
    deadlines.chunk();
    body.appendBuffer(chunk, 0, Math.min(chunk.length(), MAX_ERROR_BYTES - body.length()));
    if (body.length() == MAX_ERROR_BYTES) {
      refused = answer.free();
      fail(answer.failure(body.getBytes(), time.now()));
    }
  }

  private void refused(Answer answer, Buffer body) {
    request = null;
    refused = answer.free();
    fail(answer.failure(body.getBytes(), time.now()));
  }

  private void unconnected(Throwable cause) {
    var kind = cause instanceof TimeoutException ? Kind.TIMED_OUT : Kind.UNREACHABLE;
    fail(kind, "no connection to " + upstream.address() + ": " + reason(cause));
  }

  private void broken(Throwable cause) {
    request = null;
    deadlines.stop();
    fail(Kind.UNREACHABLE, "the connection broke before the reply was complete: " + reason(cause));
  }

  /** Once the reply is told, what is missed is the end of its body: the connection is given up. */
  private void missed(String sentence) {
    if (over) {
      release();
    } else {
      fail(Kind.TIMED_OUT, sentence);
    }
  }

  private void fail(Kind kind, String sentence) {
    fail(ModelFailure.of(kind, sentence));
  }

  private void fail(ModelFailure failure) {
    String sentence = "provider '" + upstream.name() + "': " + failure.message();
    var named = new ModelFailure(failure.kind(), upstream.redact(sentence), failure.retryAfterMs());
    end(new Model.Failed(named, !sent || refused));
  }

  private void end(RuntimeException cause) {
    if (!over) {
      over = true;
      release();
      reply.fail(cause);
    }
  }

  private void release() {
    deadlines.stop();
    if (request != null) {
      request.reset();
      request = null;
    }
  }

  private void attempt(Step step) {
    try {
      step.take();
    } catch (Model.Failed e) {
      fail(e.failure());
    } catch (SseParser.TooLarge e) {
      fail(Kind.MALFORMED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      fail(Kind.MALFORMED, "the data of an event is no well-formed JSON object in UTF-8");
    } catch (RuntimeException e) {
      end(e); // a bug, ours or the sink's: it ends the run that asked
    }
  }

  private void onContext(Runnable task) {
    if (context.inThread()) {
      task.run();
    } else {
      context.runOnContext(now -> task.run());
    }
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** A part of the work that may fail. */
  private interface Step {
    void take() throws IOException;
  }

  /** Tells the sink, until it is over. */
  private final class Telling implements Model.Sink {
    @Override
    public void text(String delta) {
      if (!over) {
        sink.text(delta);
      }
    }

    @Override
    public void reasoning(String delta) {
      if (!over) {
        sink.reasoning(delta);
      }
    }

    @Override
    public void sealed(ToolCall call) {
      if (!over) {
        sink.sealed(call);
      }
    }
  }
}
