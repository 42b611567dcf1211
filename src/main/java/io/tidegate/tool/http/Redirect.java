package io.tidegate.tool.http;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a redirect leads (RFC 9110 section 15.4). */
final class Redirect {
  private Redirect() {}

  /**
   * The next request. Headers that may hold secrets, and whose the run is, stay with the origin
   * that they were meant for.
   */
  static Request next(Request request, int status, @Nullable String location) throws BadRedirect {
    URI target = target(request, location);
    boolean keeps = keepsMethod(request.method(), status);
    var next =
        new Request(
            keeps ? request.method() : "GET",
            "https".equalsIgnoreCase(target.getScheme()),
            target.getHost(),
            port(target),
            pathAndQuery(target),
            request.configured(),
            request.own(),
            keeps ? request.body() : null);
    return request.sameOrigin(next) ? next : withoutHeaders(next);
  }

  private static Request withoutHeaders(Request next) {
    return new Request(
        next.method(),
        next.ssl(),
        next.host(),
        next.port(),
        next.uri(),
        Map.of(),
        Map.of(),
        next.body());
  }

  private static boolean keepsMethod(String method, int status) {
    return status == 307 || status == 308 || method.equals("GET") || method.equals("HEAD");
  }

  private static URI target(Request request, @Nullable String location) throws BadRedirect {
    if (location == null) {
      throw new BadRedirect("it named no Location");
    }
    URI target = resolve(request, location);
    boolean https = "https".equalsIgnoreCase(target.getScheme());
    if (!https && !"http".equalsIgnoreCase(target.getScheme())) {
      throw new BadRedirect("it leads to something else than HTTP");
    }
    if (request.ssl() && !https) {
      throw new BadRedirect("it leads from https to http");
    }
    if (target.getHost() == null || target.getUserInfo() != null) {
      throw new BadRedirect("its Location is not valid");
    }
    return target;
  }

  private static URI resolve(Request request, String location) throws BadRedirect {
    String base = (request.ssl() ? "https://" : "http://") + request.host() + ":" + request.port();
    try {
      return URI.create(base + request.uri()).resolve(location);
    } catch (IllegalArgumentException e) {
      throw new BadRedirect("its Location is not valid");
    }
  }

  private static int port(URI target) {
    return target.getPort() >= 0
        ? target.getPort()
        : "https".equalsIgnoreCase(target.getScheme()) ? 443 : 80;
  }

  private static String pathAndQuery(URI target) {
    String path = target.getRawPath();
    String query = target.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }
}
