package io.tidegate.hook;

import io.tidegate.run.Time;
import io.vertx.core.Context;
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
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Posts messages and says how they were answered. Redirects are answers like others: nobody is led
 * to an address that nobody configured. What receivers say is thrown away.
 */
final class Post {
  /** How long a receiver may take for all of it. */
  static final long TIMEOUT_MS = 10_000;

  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int IDLE_SECONDS = 30;
  private static final int MOST_OF_AN_ANSWER = 64 << 10;

  private final HttpClient client;
  private final Context context;
  private final Time time;

  /**
   * @param context where all of it happens
   * @param connections how many there may be to a host
   */
  Post(Vertx vertx, Context context, Time time, int connections) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setKeepAliveTimeout(IDLE_SECONDS),
            new PoolOptions().setHttp1MaxSize(connections));
    this.context = context;
    this.time = time;
  }

  /** What is posted where. */
  record Message(URI url, Map<String, String> headers, Buffer body) {}

  /** The status of the answer; fails if there is none in time. */
  Future<Integer> send(Message message) {
    var exchange = new Exchange(message);
    exchange.start();
    return exchange.promise.future();
  }

  /** Breaks off what is under way. */
  Future<Void> close() {
    return client.close();
  }

  private static RequestOptions options(URI url) {
    var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    var host = url.getHost();
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setSsl("https".equals(url.getScheme()))
        .setHost(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
        .setPort(HookSettings.port(url))
        .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
        .setFollowRedirects(false);
  }

  private final class Exchange {
    private final Message message;
    private final Promise<Integer> promise = Promise.promise();
    private final Time.Timer deadline;
    private @Nullable HttpClientRequest request;
    private int status;
    private int heard;

    Exchange(Message message) {
      this.message = message;
      this.deadline = time.after(TIMEOUT_MS, () -> context.runOnContext(_ -> late()));
    }

    void start() {
      client.request(options(message.url())).onSuccess(this::connected).onFailure(this::broken);
    }

    private void connected(HttpClientRequest connected) {
      if (promise.future().isComplete()) {
        connected.reset();
        return;
      }
      request = connected;
      message.headers().forEach(connected::putHeader);
      connected.send(message.body()).onSuccess(this::answered).onFailure(this::broken);
    }

    private void answered(HttpClientResponse response) {
      status = response.statusCode();
      response.handler(this::chunk).endHandler(_ -> over()).exceptionHandler(_ -> over());
    }

    private void chunk(Buffer chunk) {
      heard += chunk.length();
      if (heard > MOST_OF_AN_ANSWER) {
        hangUp();
        over();
      }
    }

    private void late() {
      hangUp();
      if (status > 0) {
        over();
      } else {
        broken(new TimeoutException("there was no answer in " + TIMEOUT_MS + " ms"));
      }
    }

    private void hangUp() {
      if (request != null) {
        request.reset();
      }
    }

    private void over() {
      deadline.cancel();
      promise.tryComplete(status);
    }

    private void broken(Throwable cause) {
      deadline.cancel();
      promise.tryFail(cause);
    }
  }
}
