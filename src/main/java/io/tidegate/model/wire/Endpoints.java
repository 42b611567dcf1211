package io.tidegate.model.wire;

import java.net.URI;

/** Puts a protocol's path below a provider's base address. */
public final class Endpoints {
  private Endpoints() {}

  /** The address with the path added to its own; its query, if it has one, stays at the end. */
  public static URI below(URI base, String path) {
    String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
    return URI.create(
        base.getScheme() + "://" + base.getRawAuthority() + folder(base) + path + query);
  }

  /** The address's own path without slashes at its end. */
  public static String folder(URI base) {
    String path = base.getRawPath() == null ? "" : base.getRawPath();
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }
}
