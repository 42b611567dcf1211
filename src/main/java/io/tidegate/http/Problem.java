package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Rejection;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An answer that says what is wrong with a request, as RFC 9457 writes it. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The status that says that there is no room. */
  static final int OVERLOADED = 429;

  /** The status that says that the gateway, or what it needs, is away. */
  static final int UNAVAILABLE = 503;

  private static final String TYPE = "urn:tidegate:problem:";

  private final int status;
  private final String type;
  private final String title;
  private final transient List<Flaw> flaws;
  private final transient Map<String, String> headers;

  /** One thing that is wrong, and where: {@code limits.steps}, {@code ?after}, a header's name. */
  record Flaw(String path, String problem) {}

  private Problem(
      int status,
      String type,
      String title,
      String detail,
      List<Flaw> flaws,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.type = TYPE + type;
    this.title = title;
    this.flaws = List.copyOf(flaws);
    this.headers = Map.copyOf(headers);
  }

  private static Problem of(int status, String type, String title, String detail) {
    return new Problem(status, type, title, detail, List.of(), Map.of());
  }

  private Problem with(String header, String value) {
    return new Problem(
        status,
        type.substring(TYPE.length()),
        title,
        String.valueOf(getMessage()),
        flaws,
        Map.of(header, value));
  }

  static Problem malformed(String detail) {
    return of(400, "malformed", "The request is malformed", detail);
  }

  /** The request has another form than the API asks for. */
  static Problem malformed(List<Flaw> flaws) {
    return new Problem(
        400, "malformed", "The request is malformed", sentence(flaws), flaws, Map.of());
  }

  /** The request has the right form, but can't be right. */
  static Problem invalid(List<Flaw> flaws) {
    return new Problem(422, "invalid", "The request is invalid", sentence(flaws), flaws, Map.of());
  }

  static Problem invalid(String path, String problem) {
    return invalid(List.of(new Flaw(path, problem)));
  }

  private static String sentence(List<Flaw> flaws) {
    return flaws.stream()
        .map(flaw -> flaw.path + ": " + flaw.problem)
        .collect(Collectors.joining("; "));
  }

  /** Says the same whether there was no key or a wrong one. */
  static Problem unauthorized() {
    return of(
            401,
            "unauthorized",
            "A key is needed",
            "Send a key that this gateway knows: Authorization: Bearer tg_….")
        .with("WWW-Authenticate", "Bearer");
  }

  static Problem forbidden(Scope scope) {
    var name = scope.name().toLowerCase(Locale.ROOT);
    return of(
            403,
            "forbidden",
            "The key does not allow this",
            "This needs the scope '" + name + "', which the key does not have.")
        .with("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" + name + "\"");
  }

  static Problem foreignPage() {
    return of(
        403,
        "forbidden",
        "Not for pages from elsewhere",
        "Without API keys the gateway serves this machine alone, and no web page from elsewhere.");
  }

  static Problem notFound(String detail) {
    return of(404, "not-found", "Not found", detail);
  }

  static Problem methodNotAllowed(HttpMethod method, Set<HttpMethod> allowed) {
    var allow = allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    return of(
            405,
            "method-not-allowed",
            "Method not allowed",
            "This resource does not know " + method + "; it knows " + allow + ".")
        .with("Allow", allow);
  }

  static Problem timedOut() {
    return of(
        408, "request-timeout", "The request took too long", "The body stopped arriving half-way.");
  }

  static Problem tooLarge(long maxBytes, String key) {
    return of(
        413,
        "too-large",
        "The body is too large",
        "A request body may have " + maxBytes + " bytes (" + key + ").");
  }

  static Problem unsupportedMediaType(String detail) {
    return of(415, "unsupported-media-type", "Unsupported media type", detail);
  }

  static Problem upgradeRequired() {
    return of(
            426,
            "upgrade-required",
            "Upgrade required",
            "This resource speaks WebSocket: connect with ws:// or wss://.")
        .with("Upgrade", "websocket");
  }

  static Problem uriTooLong() {
    return of(414, "uri-too-long", "The URI is too long", "A request line may have 16 KB.");
  }

  static Problem headersTooLarge() {
    return of(431, "headers-too-large", "The headers are too large", "They may have 32 KB.");
  }

  static Problem preconditionRequired() {
    return of(
        428,
        "precondition-required",
        "A precondition is required",
        "Say in If-Match which state is corrected: the ETag of the session.");
  }

  static Problem overloaded(String detail) {
    return of(OVERLOADED, "overloaded", "Too much is going on", detail);
  }

  static Problem unavailable(String detail) {
    return of(UNAVAILABLE, "unavailable", "Unavailable", detail);
  }

  /** The same, with the advice to ask again after so many seconds. */
  Problem retryAfter(int seconds) {
    return with("Retry-After", Integer.toString(seconds));
  }

  static Problem internal() {
    return of(
        500,
        "internal",
        "Internal error",
        "Something went wrong inside the gateway; its log says what.");
  }

  static Problem of(Rejection rejection) {
    var detail = String.valueOf(rejection.getMessage());
    return switch (rejection.kind()) {
      case NOT_FOUND -> notFound(detail);
      case BUSY -> of(409, "busy", "The session is busy", detail);
      case ALREADY_DECIDED -> of(409, "already-decided", "Already decided", detail);
      case FORBIDDEN -> of(403, "forbidden", "Forbidden", detail);
      case CHANGED -> of(409, "changed", "It is no longer as it was", detail);
      case STALE -> of(412, "stale", "The session went on", detail);
      case EXISTS -> of(409, "exists", "The name is taken", detail);
      case INVALID -> of(422, "invalid", "The request is invalid", detail);
      case KEY_REUSED -> of(422, "key-reused", "The idempotency key was used before", detail);
      case OVERLOADED -> overloaded(detail);
      case UNAVAILABLE -> unavailable(detail);
    };
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  ObjectNode json() {
    var json = Wire.object();
    json.put("type", type).put("title", title).put("status", status).put("detail", getMessage());
    if (!flaws.isEmpty()) {
      var errors = json.putArray("errors");
      flaws.forEach(flaw -> errors.addObject().put("path", flaw.path).put("problem", flaw.problem));
    }
    return json;
  }
}
