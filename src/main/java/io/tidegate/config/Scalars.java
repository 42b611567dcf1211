package io.tidegate.config;

import io.tidegate.config.Node.Kind;
import io.tidegate.config.Node.Scalar;
import io.tidegate.conversation.Usd;
import io.tidegate.run.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads single values. What is wrong is an {@link IllegalArgumentException} that says what the
 * value must be and does not show it. A value that a placeholder filled may be of any kind.
 */
final class Scalars {
  private Scalars() {}

  static String text(Scalar scalar) {
    check(scalar.kind() == Kind.TEXT || scalar.filled(), "must be text: put it in quotes");
    return scalar.text();
  }

  static String any(Scalar scalar) {
    return scalar.text();
  }

  static Secret secret(Scalar scalar) {
    return new Secret(scalar.text().strip());
  }

  static long whole(Scalar scalar, long min, long max) {
    String sentence = "must be a whole number " + range(min, max);
    try {
      check(scalar.kind() == Kind.NUMBER || scalar.filled(), sentence);
      long number = JsonText.number(scalar.text()).longValueExact();
      check(number >= min && number <= max, sentence);
      return number;
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(sentence, e);
    }
  }

  private static String range(long min, long max) {
    return max == Long.MAX_VALUE || max == Integer.MAX_VALUE
        ? "of at least " + min
        : "from " + min + " to " + max;
  }

  static double decimal(Scalar scalar, double min, double max) {
    String sentence = "must be a number from " + min + " to " + max;
    try {
      check(scalar.kind() == Kind.NUMBER || scalar.filled(), sentence);
      double number = JsonText.number(scalar.text()).doubleValue();
      check(number >= min && number <= max, sentence);
      return number;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(sentence, e);
    }
  }

  static Usd usd(Scalar scalar) {
    String sentence = "must be an amount in USD such as 0.50, with at most 9 decimal places";
    try {
      check(new BigDecimal(scalar.text().strip()).signum() >= 0, sentence);
      return Usd.parse(scalar.text());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(sentence, e);
    }
  }

  static URI url(Scalar scalar) {
    URI url = http(scalar.text());
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "must hold no user or password (a key goes to api-key or headers)");
    }
    return url;
  }

  private static URI http(String text) {
    String sentence = "must be a URL such as https://host/path";
    try {
      URI url = new URI(text);
      check("http".equals(url.getScheme()) || "https".equals(url.getScheme()), sentence);
      check(url.getHost() != null, sentence);
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(sentence, e);
    }
  }

  static <E extends Enum<E>> E choice(Scalar scalar, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> word(constant).equals(scalar.text()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be one of " + words(type)));
  }

  private static <E extends Enum<E>> String words(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Scalars::word)
        .collect(Collectors.joining(", "));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static boolean flag(Scalar scalar) {
    check(scalar.kind() == Kind.BOOLEAN, "must be true or false");
    return Boolean.parseBoolean(scalar.text());
  }

  private static void check(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
