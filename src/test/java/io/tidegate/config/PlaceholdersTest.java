package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholdersTest {
  private final Report report = new Report();
  private final Placeholders placeholders =
      new Placeholders(Map.of("A", "alpha", "EMPTY", "", "TRICK", "${A} $1 \\1"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "plain            | plain",
        "${A}             | alpha",
        "x-${A}-${A:b}-y  | x-alpha-alpha-y",
        "${NOPE:fallback} | fallback",
        "${NOPE:}         | ~~",
        "${EMPTY:unset}   | unset",
        "${NOPE:http://h:80/v1} | http://h:80/v1",
        "$${A}            | ${A}",
        "$$${A}           | $${A}",
        "$A $ {A} }       | $A $ {A} }",
        "${TRICK}         | ${A} $1 \\1",
      })
  void placeholdersAreFilledOnce(String text, String expected) {
    assertThat(placeholders.fill(text, Place.file("f"), report)).isEqualTo(expected);
    assertThat(report.errors()).isEmpty();
  }
}
