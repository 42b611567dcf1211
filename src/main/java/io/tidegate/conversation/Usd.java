package io.tidegate.conversation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount of US dollars in whole nano-dollars, so that sums are exact.
 *
 * @param nanos billionths of a dollar
 */
public record Usd(long nanos) {
  public static final Usd ZERO = new Usd(0);

  /**
   * Reads a decimal such as {@code 0.50}.
   *
   * @throws IllegalArgumentException if the text is no decimal number, is finer than a nano-dollar
   *     or is too large
   */
  public static Usd parse(String decimal) {
    try {
      return new Usd(new BigDecimal(decimal.strip()).movePointRight(9).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "an amount in USD is a decimal number with at most 9 decimal places, was '"
              + decimal
              + "'",
          e);
    }
  }

  public Usd plus(Usd other) {
    return new Usd(Math.addExact(nanos, other.nanos));
  }

  /** The amount as a plain decimal with at least two decimal places, as the API shows money. */
  @Override
  public String toString() {
    var decimal = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
    return decimal.setScale(Math.max(2, decimal.scale()), RoundingMode.UNNECESSARY).toPlainString();
  }
}
