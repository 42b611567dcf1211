package io.tidegate.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks for streamed runs at a fixed rate, whether or not those before have ended, and counts each
 * one's time from when it was due: a server that stands still can't hide it by being asked less.
 * All of it happens on one event loop.
 */
final class Load implements AutoCloseable {
  private static final int CONNECTIONS = 100_000;
  private static final long PATIENCE_SECONDS = 60;
  private static final byte[] STOPPED = "event: run.stopped".getBytes(US_ASCII);
  private static final byte[] COMPLETED = "\"reason\":\"completed\"".getBytes(US_ASCII);

  private final Vertx vertx;
  private final HttpClient client;
  private final RequestOptions request;

  Load(Vertx vertx, URI server) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setIdleTimeout(0),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    this.request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(server.resolve("/v1/runs").toString())
            .addHeader("Authorization", Api.bearer())
            .addHeader("Content-Type", "application/json");
  }

  /** Runs of an agent, so many a second for so long; returns when the last one ended. Blocks. */
  Sample at(double perSecond, double seconds, String agent, String input) {
    int runs = Math.max(1, (int) Math.round(perSecond * seconds));
    var body = Buffer.buffer(Api.run(agent, input, "stream"));
    var under = new UnderWay(runs, perSecond, body);
    vertx.getOrCreateContext().runOnContext(_ -> under.start());
    try {
      long patience = PATIENCE_SECONDS + (long) Math.ceil(seconds);
      return under
          .done
          .future()
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      return under.sample();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw Interrupted.of(e);
    }
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }

  private final class UnderWay {
    private final int runs;
    private final double nanosBetween;
    private final Buffer body;
    private final Promise<Sample> done = Promise.promise();
    private final long[] micros;
    private final long begin = System.nanoTime();
    private int asked;
    private volatile int completed;
    private volatile String trouble = "";
    private int ended;

    UnderWay(int runs, double perSecond, Buffer body) {
      this.runs = runs;
      this.nanosBetween = TimeUnit.SECONDS.toNanos(1) / perSecond;
      this.body = body;
      this.micros = new long[runs];
    }

    void start() {
      vertx.setPeriodic(1, this::askDue);
    }

    private void askDue(long timer) {
      long now = System.nanoTime() - begin;
      while (asked < runs && asked * nanosBetween <= now) {
        ask(begin + (long) (asked++ * nanosBetween));
      }
      if (asked == runs) {
        vertx.cancelTimer(timer);
      }
    }

    private void ask(long due) {
      client
          .request(request)
          .compose(this::send)
          .compose(Load::tail)
          .onComplete(tail -> ended(tail, due), why -> failed(why.toString()));
    }

    private void ended(Tail tail, long due) {
      if (tail.holds(STOPPED) && tail.holds(COMPLETED)) {
        micros[completed] = (System.nanoTime() - due) / 1_000;
        completed++;
        over();
      } else {
        failed(tail.toString());
      }
    }

    private void failed(String how) {
      if (trouble.isEmpty()) {
        trouble = "one ended with " + how;
      }
      over();
    }

    private Future<HttpClientResponse> send(HttpClientRequest asking) {
      return asking.send(body);
    }

    private void over() {
      if (++ended == runs) {
        done.complete(sample());
      }
    }

    private Sample sample() {
      return Sample.of(runs, trouble, Arrays.copyOf(micros, completed));
    }
  }

  /** Reads a stream to its end. */
  private static Future<Tail> tail(HttpClientResponse response) {
    var tail = new Tail();
    response.handler(tail::add);
    return response.end().map(tail);
  }

  /** The last bytes of a stream; what it ends with may come in several parts. */
  private static final class Tail {
    private static final int KEPT = 4_096;
    private Buffer bytes = Buffer.buffer();

    void add(Buffer more) {
      if (bytes.length() + more.length() <= KEPT) {
        bytes.appendBuffer(more);
      } else {
        int keep = Math.min(bytes.length(), Math.max(0, KEPT - more.length()));
        bytes = bytes.getBuffer(bytes.length() - keep, bytes.length()).appendBuffer(more);
      }
    }

    @Override
    public String toString() {
      return bytes.toString();
    }

    boolean holds(byte[] wanted) {
      var all = bytes.getBytes();
      for (int at = 0; at + wanted.length <= all.length; at++) {
        if (Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
          return true;
        }
      }
      return false;
    }
  }
}
