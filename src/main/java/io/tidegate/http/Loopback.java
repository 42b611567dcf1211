package io.tidegate.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Tells what is on this machine. It asks no name server: of the names, only {@code localhost} is.
 */
final class Loopback {
  static final String ADDRESS = "127.0.0.1";

  private Loopback() {}

  /** Whether it is a loopback address or {@code localhost}. */
  static boolean isHost(String host) {
    try {
      return host.equalsIgnoreCase("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException noLiteral) {
      return false;
    }
  }

  /** Whether an {@code Origin} header names a page that this machine serves: RFC 6454, 7. */
  static boolean isOrigin(String origin) {
    try {
      String host = new URI(origin).getHost();
      return host != null && isHost(withoutBrackets(host));
    } catch (URISyntaxException noOrigin) {
      return false;
    }
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
