package io.tidegate.tool.builtin;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * An arithmetic expression over decimals: {@code + - * / % ^}, parentheses and numbers such as
 * {@code 1.5e3}. Powers bind tightest and to the right, so {@code -2^2} is -4; {@code %} is the
 * remainder with the dividend's sign.
 *
 * <p>All is exact but division, which gives 50 significant digits (more if the dividend has more),
 * rounded half to even. Length, nesting and digits are bounded, so that no expression holds an
 * event loop up.
 */
final class Expression {
  private static final int MAX_CHARS = 1000;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_DIGITS = 1000;
  private static final int DIVISION_DIGITS = 50;

  private final String text;
  private int at;
  private int depth;
  private boolean exact = true;

  Expression(String text) {
    this.text = text;
  }

  /** Evaluates the whole expression, once. */
  BigDecimal value() throws BadInput {
    if (text.length() > MAX_CHARS) {
      throw new BadInput("The expression is longer than " + MAX_CHARS + " characters; split it.");
    }
    BigDecimal value = sum();
    if (at < text.length()) {
      throw unexpected("an operator or the end");
    }
    return value;
  }

  /** Whether no division had to round. */
  boolean exact() {
    return exact;
  }

  private BigDecimal sum() throws BadInput {
    BigDecimal left = product();
    while (true) {
      if (take('+')) {
        left = bounded(left.add(product()));
      } else if (take('-')) {
        left = bounded(left.subtract(product()));
      } else {
        return left;
      }
    }
  }

  private BigDecimal product() throws BadInput {
    BigDecimal left = signed();
    while (true) {
      if (take('*')) {
        left = bounded(left.multiply(signed()));
      } else if (take('/')) {
        left = bounded(quotient(left, signed()));
      } else if (take('%')) {
        left = bounded(left.remainder(divisor(signed())));
      } else {
        return left;
      }
    }
  }

  private BigDecimal signed() throws BadInput {
    enter();
    try {
      if (take('-')) {
        return signed().negate();
      }
      return take('+') ? signed() : power();
    } finally {
      depth--;
    }
  }

  private BigDecimal power() throws BadInput {
    BigDecimal base = primary();
    return take('^') ? bounded(raised(base, signed())) : base;
  }

  private BigDecimal primary() throws BadInput {
    if (!take('(')) {
      return number();
    }
    BigDecimal value = sum();
    if (!take(')')) {
      throw unexpected("')'");
    }
    return value;
  }

  private BigDecimal number() throws BadInput {
    skipSpace();
    int start = at;
    skipDigits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      skipDigits();
    }
    if (at == start || text.substring(start, at).equals(".")) {
      at = start;
      throw unexpected("a number or '('");
    }
    skipExponent();
    return parsed(text.substring(start, at));
  }

  private static BigDecimal parsed(String number) throws BadInput {
    try {
      return bounded(new BigDecimal(number));
    } catch (NumberFormatException e) {
      throw new BadInput("'" + number + "' is not a number.");
    }
  }

  private void skipDigits() {
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
  }

  private void skipExponent() {
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
        at++;
      }
      skipDigits();
    }
  }

  private BigDecimal quotient(BigDecimal dividend, BigDecimal by) throws BadInput {
    BigDecimal divisor = divisor(by);
    int digits = Math.max(DIVISION_DIGITS, dividend.precision());
    var quotient = dividend.divide(divisor, new MathContext(digits, RoundingMode.HALF_EVEN));
    exact &= quotient.multiply(divisor).compareTo(dividend) == 0;
    return quotient;
  }

  private static BigDecimal divisor(BigDecimal divisor) throws BadInput {
    if (divisor.signum() == 0) {
      throw new BadInput("The expression divides by zero.");
    }
    return divisor;
  }

  private BigDecimal raised(BigDecimal base, BigDecimal exponent) throws BadInput {
    BigDecimal whole = exponent.stripTrailingZeros();
    if (whole.scale() > 0) {
      throw new BadInput("An exponent must be a whole number, was " + exponent + ".");
    }
    if (whole.abs().compareTo(BigDecimal.valueOf(MAX_DIGITS)) > 0
        || whole.abs().intValue() * (long) base.precision() > 2 * MAX_DIGITS) {
      throw tooLarge();
    }
    BigDecimal raised = base.pow(Math.abs(whole.intValue()));
    return whole.signum() < 0 ? quotient(BigDecimal.ONE, raised) : raised;
  }

  private static BigDecimal bounded(BigDecimal value) throws BadInput {
    long magnitude = (long) value.precision() - value.scale();
    if (value.precision() > 2 * MAX_DIGITS
        || value.scale() > MAX_DIGITS
        || Math.abs(magnitude) > MAX_DIGITS) {
      throw tooLarge();
    }
    return value;
  }

  private static BadInput tooLarge() {
    return new BadInput("A number in the calculation has more than " + MAX_DIGITS + " digits.");
  }

  private void enter() throws BadInput {
    depth++;
    if (depth > MAX_DEPTH) {
      throw new BadInput("The expression is nested deeper than " + MAX_DEPTH + " levels.");
    }
  }

  private boolean take(char wanted) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private BadInput unexpected(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new BadInput(
        "The expression has %s at position %d where %s was expected. It may hold numbers, + - * / %% ^ and parentheses."
            .formatted(found, at + 1, expected));
  }
}
