package io.tidegate.http;

import io.tidegate.run.Hop;
import io.tidegate.run.SessionId;
import io.tidegate.run.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request as endpoints see it: checked where it is read, or a {@link Problem}. */
final class Request {
  private static final int LONGEST_KEY = 255;

  private final RoutingContext context;
  private final Context eventLoop;
  private final Caller caller;
  private final BodyReader bodies;
  private final Parser parser;

  /** Made on the event loop of the client's connection. */
  Request(RoutingContext context, Caller caller, BodyReader bodies, Parser parser) {
    this.context = context;
    this.eventLoop = context.vertx().getOrCreateContext();
    this.caller = caller;
    this.bodies = bodies;
    this.parser = parser;
  }

  Caller caller() {
    return caller;
  }

  HttpServerRequest http() {
    return context.request();
  }

  /** The event loop of the client's connection. */
  Context eventLoop() {
    return eventLoop;
  }

  /** The future's result, on that event loop: nowhere else may the answer be written. */
  <T> Future<T> here(Future<T> future) {
    return Hop.back(eventLoop, future);
  }

  String path(String name) {
    return String.valueOf(context.pathParam(name));
  }

  /** The session that the path names. */
  SessionId session() {
    var id = path("session");
    if (!SessionId.valid(id)) {
      throw Problem.notFound("There is no session of that name: its id can't be one.");
    }
    return new SessionId(caller.tenant(), id);
  }

  Query query() {
    return new Query(context.queryParams());
  }

  @Nullable String header(CharSequence name) {
    return http().getHeader(name);
  }

  /** What the client says about the trace that it is in, or null. */
  Tracing.@Nullable Caller trace() {
    var parent = header("traceparent");
    if (parent == null) {
      return null;
    }
    // A list that may come in several parts: W3C Trace Context, 3.3.1.
    return new Tracing.Caller(parent, String.join(",", http().headers().getAll("tracestate")));
  }

  /** The {@code Idempotency-Key} header, or null. */
  @Nullable String idempotencyKey() {
    var key = header("Idempotency-Key");
    if (key != null && !validKey(key)) {
      var flaws = new Flaws();
      flaws.malformed("Idempotency-Key", KEY_RULE);
      flaws.raise();
    }
    return key;
  }

  /**
   * The head that the {@code If-Match} header names: the session's last entry as the client saw it,
   * or 0 for whatever it is.
   */
  long seenHead() {
    var tag = header(HttpHeaders.IF_MATCH);
    if (tag == null) {
      throw Problem.preconditionRequired();
    }
    if (tag.strip().equals("*")) {
      return 0;
    }
    var head = HEAD_TAG.matcher(tag.strip());
    if (!head.matches()) {
      throw Problem.malformed(
          "If-Match must be the ETag that the session had when it was read, such as \"12\".");
    }
    return Long.parseLong(head.group(1));
  }

  private static final Pattern HEAD_TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");

  static final String KEY_RULE = "must be 1 to 255 printable ASCII characters";

  static boolean validKey(String key) {
    return !key.isEmpty()
        && key.length() <= LONGEST_KEY
        && key.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  /** Reads the body, which must be there. Called before anything is awaited. */
  <T> Future<T> body(Function<Body, T> reader) {
    return bodies.read(http()).compose(this::parse).map(body -> read(body, reader));
  }

  /** Reads the body, or what its absence means. Called before anything is awaited. */
  <T> Future<T> optionalBody(Function<Body, T> reader) {
    return bodies
        .read(http())
        .compose(
            buffer -> buffer.length() == 0 ? Future.succeededFuture(Body.empty()) : parse(buffer))
        .map(body -> read(body, reader));
  }

  /**
   * Reads a body that another reader bounds, and leaves it as it came. Called before anything is
   * awaited.
   */
  Future<Buffer> document(BodyReader reader) {
    var problem = mediaProblem();
    return problem == null ? reader.read(http()) : Future.failedFuture(problem);
  }

  private static <T> T read(Body body, Function<Body, T> reader) {
    T value = reader.apply(body);
    body.done();
    return value;
  }

  private Future<Body> parse(Buffer buffer) {
    if (buffer.length() == 0) {
      return Future.failedFuture(Problem.malformed("The body is empty; send a JSON object."));
    }
    var problem = mediaProblem();
    return problem == null ? parser.parse(buffer) : Future.failedFuture(problem);
  }

  private @Nullable Problem mediaProblem() {
    var encoding = header(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Problem.unsupportedMediaType("Send the body without Content-Encoding.");
    }
    var type = header(HttpHeaders.CONTENT_TYPE);
    return type != null && isJson(type)
        ? null
        : Problem.unsupportedMediaType(
            "The body must be JSON in UTF-8: send Content-Type: application/json.");
  }

  private static boolean isJson(String contentType) {
    var parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].replace("\"", "").strip();
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    var type = parts[0].strip();
    return type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }
}
