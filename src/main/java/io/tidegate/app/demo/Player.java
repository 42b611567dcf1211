package io.tidegate.app.demo;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/** The model providers of the chaos demo, in the order in which the gateway asks them. */
enum Player {
  A("2.5", "10"),
  B("3", "15"),
  C("5", "20");

  /** The scenario that each plays. */
  private static final String MODEL = "reconciler";

  private final BigDecimal input;
  private final BigDecimal output;

  /** The prices are in USD for a million tokens. */
  Player(String input, String output) {
    this.input = new BigDecimal(input);
    this.output = new BigDecimal(output);
  }

  /** Its name in models.yaml. */
  String provider() {
    return name().toLowerCase(Locale.ROOT);
  }

  String target() {
    return provider() + "/" + MODEL;
  }

  String breaker() {
    return "model:" + target();
  }

  /** What models.yaml asks for. */
  Map<String, String> environment(String url) {
    var prefix = "TIDEGATE_DEMO_" + name();
    return Map.of(
        prefix + "_URL",
        url,
        prefix + "_INPUT",
        input.toPlainString(),
        prefix + "_OUTPUT",
        output.toPlainString());
  }

  /** What so many tokens cost, in USD. */
  BigDecimal price(long inputTokens, long outputTokens) {
    return input
        .multiply(BigDecimal.valueOf(inputTokens))
        .add(output.multiply(BigDecimal.valueOf(outputTokens)))
        .movePointLeft(6);
  }
}
