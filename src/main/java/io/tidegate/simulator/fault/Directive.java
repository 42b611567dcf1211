package io.tidegate.simulator.fault;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the simulator besides its answer, such as {@code
 * fail=429&times=2&first=500}. It stands behind a question mark in the model's name, or in the
 * header {@code x-simulate}.
 *
 * @param order how to fail, or null
 * @param pace settings that replace the scenario's: first, every, words, frames
 * @param tokens how to count: chars or bytes; empty for the usual way
 */
public record Directive(
    String text, @Nullable Order order, Map<String, String> pace, String tokens) {
  public static final Directive NONE = new Directive("", null, Map.of(), "");

  public Directive {
    pace = Map.copyOf(pace);
  }

  public static Directive parse(String text) {
    if (text.isBlank()) {
      return NONE;
    }
    var pace = new LinkedHashMap<String, String>();
    var order = new LinkedHashMap<String, String>();
    for (var pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      var key = equals < 0 ? pair : pair.substring(0, equals);
      var value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      (isPace(key) ? pace : order).put(key, value);
    }
    var tokens = order.remove("tokens");
    return new Directive(
        text, order.isEmpty() ? null : Order.of(order), pace, tokens == null ? "" : tokens);
  }

  private static boolean isPace(String key) {
    return switch (key) {
      case "first", "every", "words", "frames" -> true;
      default -> false;
    };
  }
}
