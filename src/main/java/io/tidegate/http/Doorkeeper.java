package io.tidegate.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows callers by their keys, and lets in those who may. */
final class Doorkeeper {
  private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
  private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");
  private static final String SUBPROTOCOL = "bearer.";

  private volatile KeySettings keys;

  Doorkeeper(KeySettings keys) {
    this.keys = keys;
  }

  /** Knows callers by these keys from now on, and by no others. */
  void use(KeySettings others) {
    keys = others;
  }

  /** Whether a caller who was let in would be let in again as the same. */
  boolean knows(Caller caller) {
    var now = keys;
    return now.isEmpty()
        ? caller.equals(Caller.ANYBODY)
        : now.all().stream().map(Caller::with).anyMatch(caller::equals);
  }

  /** Says who asks, if whoever it is may have what is asked for; or a {@link Problem}. */
  Caller admit(HttpServerRequest request, Access access) {
    return switch (access) {
      case Access.Open _ -> Caller.NOBODY;
      case Access.AnyKey _ -> caller(request);
      case Access.Scoped(var scope) -> {
        var caller = caller(request);
        caller.must(scope);
        yield caller;
      }
    };
  }

  private Caller caller(HttpServerRequest request) {
    var now = keys;
    if (now.isEmpty()) {
      return local(request);
    }
    var presented = presented(request);
    var key = presented.isEmpty() ? null : find(presented, now);
    if (key == null) {
      LOG.debug(
          "refused {} {} from {}: {}",
          request.method(),
          request.path(),
          request.remoteAddress(),
          presented.isEmpty() ? "it has no key" : "nobody has its key");
      throw Problem.unauthorized();
    }
    return Caller.with(key);
  }

  /**
   * Whoever is on this machine; but a page from elsewhere that its browser shows is not. Browsers
   * let every page open a WebSocket to the loopback address, and say whose page it is.
   */
  private static Caller local(HttpServerRequest request) {
    var origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && !Loopback.isOrigin(origin)) {
      throw Problem.foreignPage();
    }
    return Caller.ANYBODY;
  }

  /** Takes as long for any key, right or wrong: it looks at all of them, and at all of each. */
  private static KeySettings.@Nullable Key find(String presented, KeySettings keys) {
    var hash = KeySettings.hash(presented).getBytes(US_ASCII);
    KeySettings.Key found = null;
    for (var key : keys.all()) {
      if (MessageDigest.isEqual(hash, key.hash().getBytes(US_ASCII))) {
        found = key;
      }
    }
    return found;
  }

  /** The key that came along, or nothing. */
  private static String presented(HttpServerRequest request) {
    var authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    var bearer = BEARER.matcher(authorization == null ? "" : authorization.strip());
    if (bearer.matches()) {
      return bearer.group(1);
    }
    var header = request.getHeader("X-API-Key");
    return header == null ? subprotocol(request) : header.strip();
  }

  /** Where a browser can put a key, which gives a WebSocket no headers: RFC 6455, 1.9. */
  private static String subprotocol(HttpServerRequest request) {
    List<String> offered = request.headers().getAll("Sec-WebSocket-Protocol");
    return offered.stream()
        .flatMap(list -> Arrays.stream(list.split(",", -1)))
        .map(String::strip)
        .filter(protocol -> protocol.startsWith(SUBPROTOCOL))
        .map(protocol -> protocol.substring(SUBPROTOCOL.length()))
        .findFirst()
        .orElse("");
  }
}
