package io.tidegate.tool.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One try: a request, the redirects it meets, and the answer. Lives on one Vert.x context. */
public final class Exchange {
  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_ERROR_BYTES = 8 * 1024;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpClient client;
  private final Settings settings;
  private @Nullable HttpClientRequest current;
  private int redirects;
  private boolean sent;
  private boolean aborted;

  /**
   * Bounds of a try.
   *
   * @param maxBytes the largest body that is read
   * @param connectTimeoutMs how long it may take to get a connection
   */
  public record Settings(boolean followRedirects, int maxBytes, long connectTimeoutMs) {}

  public Exchange(HttpClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Sends the request. Fails if there is no answer, or with a {@link BadRedirect}. */
  public Future<Answer> send(Request request) {
    return client
        .request(options(request))
        .compose(opened -> write(opened, request))
        .compose(response -> answered(response, request))
        .onSuccess(_ -> current = null);
  }

  /** Whether a byte of the request may have reached the tool. */
  public boolean sent() {
    return sent;
  }

  /** Closes the connection, unless the answer has come whole: then others use it again. */
  public void abort() {
    aborted = true;
    if (current != null) {
      current.reset();
    }
  }

  private RequestOptions options(Request request) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(request.method()))
            .setSsl(request.ssl())
            .setHost(request.host())
            .setPort(request.port())
            .setURI(request.uri())
            .setFollowRedirects(false)
            .setConnectTimeout(settings.connectTimeoutMs())
            .putHeader(HttpHeaders.ACCEPT, "application/json, text/*;q=0.5");
    if (request.body() != null) {
      options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    }
    request.configured().forEach(options::putHeader);
    request.own().forEach(options::putHeader);
    return options;
  }

  private Future<HttpClientResponse> write(HttpClientRequest opened, Request request) {
    if (aborted) {
      opened.reset();
      return Future.failedFuture("given up before it was sent");
    }
    current = opened;
    sent = true;
    // The future of the answer says what breaks; without a handler Vert.x logs each abort, too.
    opened.exceptionHandler(broken -> {});
    Buffer body = request.body();
    return body == null ? opened.send() : opened.send(body);
  }

  private Future<Answer> answered(HttpClientResponse response, Request request) {
    if (!settings.followRedirects() || !REDIRECTS.contains(response.statusCode())) {
      return BoundedBody.read(response, limit(response.statusCode()));
    }
    return BoundedBody.read(response, MAX_ERROR_BYTES).compose(moved -> follow(response, request));
  }

  private int limit(int status) {
    boolean ok = status >= 200 && status < 300;
    return ok ? settings.maxBytes() : Math.min(settings.maxBytes(), MAX_ERROR_BYTES);
  }

  private Future<Answer> follow(HttpClientResponse response, Request request) {
    redirects++;
    if (redirects > MAX_REDIRECTS) {
      return Future.failedFuture(
          new BadRedirect(
              "it is the sixth in a row, and %d are followed".formatted(MAX_REDIRECTS)));
    }
    try {
      String location = response.getHeader(HttpHeaders.LOCATION);
      return send(Redirect.next(request, response.statusCode(), location));
    } catch (BadRedirect e) {
      return Future.failedFuture(e);
    }
  }
}
