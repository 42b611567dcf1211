package io.tidegate.simulator.fault;

import io.tidegate.simulator.web.Jsons;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An order to fail: how, and how often.
 *
 * @param scope what kind of endpoint it is for
 * @param name the model or tool, or null for all of the scope
 * @param times how often it strikes before it is used up, or null for ever
 * @param probability the share of requests that it strikes, from 0 to 1
 * @param key strikes only requests with this API key, or null for all
 * @param turn strikes only when the model has spoken that often since its user did, or null
 */
public record Order(
    Scope scope,
    @Nullable String name,
    Fault fault,
    @Nullable Integer times,
    double probability,
    @Nullable String key,
    @Nullable Integer turn) {

  /** What an order is for. */
  public enum Scope {
    MODEL,
    TOOL
  }

  private static final Set<String> KEYS =
      Set.of(
          "model",
          "tool",
          "kind",
          "fail",
          "times",
          "probability",
          "key",
          "turn",
          "after",
          "ms",
          "retry-after");

  public Order {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability must be from 0 to 1, was %s.".formatted(probability));
    }
  }

  /**
   * Reads an order from its settings, as a request's directive or the admin endpoint gives them.
   */
  public static Order of(Map<String, String> settings) {
    for (var key : settings.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("An order has no '%s'.".formatted(key));
      }
    }
    var kind = settings.getOrDefault("kind", settings.getOrDefault("fail", ""));
    var tool = settings.get("tool");
    return new Order(
        tool == null ? Scope.MODEL : Scope.TOOL,
        tool == null ? settings.get("model") : tool,
        Fault.of(
            kind,
            number(settings, "after", 3),
            number(settings, "ms", 5_000),
            settings.get("retry-after")),
        settings.containsKey("times") ? (Integer) number(settings, "times", 1) : null,
        probability(settings.getOrDefault("probability", "1")),
        settings.get("key"),
        settings.containsKey("turn") ? (Integer) number(settings, "turn", 0) : null);
  }

  boolean isFor(Scope asked, String target, String usedKey, int turnNow) {
    return scope == asked
        && (name == null || name.equals(target))
        && (key == null || key.equals(usedKey))
        && (turn == null || turn == turnNow);
  }

  boolean replaces(Order other) {
    return scope == other.scope
        && Objects.equals(name, other.name)
        && Objects.equals(key, other.key)
        && fault.wire().equals(other.fault.wire());
  }

  /** The order as the admin endpoint shows it. */
  Map<String, Object> shown(int struck) {
    return Jsons.object(
        scope == Scope.MODEL ? "model" : "tool",
        name == null ? "*" : name,
        "kind",
        fault.wire(),
        "times",
        times,
        "probability",
        probability,
        "key",
        key,
        "turn",
        turn,
        "after",
        fault.after(),
        "ms",
        fault.ms(),
        "retry-after",
        fault.retryAfter(),
        "struck",
        struck);
  }

  private static int number(Map<String, String> settings, String key, int byDefault) {
    var text = settings.get(key);
    if (text == null) {
      return byDefault;
    }
    if (!text.matches("\\d{1,8}")) {
      throw new IllegalArgumentException(
          "%s must be a whole number, was '%s'.".formatted(key, text));
    }
    return Integer.parseInt(text);
  }

  private static double probability(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "probability must be a number, was '%s'.".formatted(text), e);
    }
  }
}
