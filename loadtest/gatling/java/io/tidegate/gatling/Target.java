package io.tidegate.gatling;

import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.util.List;

/** Who is put under load, and how much, as system properties say. */
final class Target {
  private Target() {}

  /** All gateways in turn. */
  static HttpProtocolBuilder protocol() {
    var urls = List.of(System.getProperty("target", "http://127.0.0.1:8080").split(","));
    var protocol =
        http.baseUrls(urls)
            .wsBaseUrls(urls.stream().map(url -> url.replaceFirst("^http", "ws")).toList())
            .contentTypeHeader("application/json")
            // A run's text is not a page: nothing in it is to be fetched.
            .disableCaching();
    var authorization = System.getProperty("authorization", "");
    return authorization.isEmpty() ? protocol : protocol.authorizationHeader(authorization);
  }

  /** Runs, or clients, that begin in a second. */
  static double rate() {
    return number("rate", 20);
  }

  static long seconds() {
    return (long) number("seconds", 60);
  }

  /** Clients at the same time. */
  static int clients() {
    return (int) number("clients", 1_000);
  }

  /** The agent whose runs end by themselves. */
  static String agent() {
    return System.getProperty("agent", "standard");
  }

  private static double number(String name, double otherwise) {
    var value = System.getProperty(name, "");
    return value.isBlank() ? otherwise : Double.parseDouble(value);
  }
}
