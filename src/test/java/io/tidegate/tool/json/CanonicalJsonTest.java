package io.tidegate.tool.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {

  @Test
  void writesTheExampleOfTheRfc() throws Exception {
    // RFC 8785 section 3.2.2, but for its first number, which has more digits than its double.
    String text =
        """
        {"numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
         "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
         "literals": [null, true, false]}\
        """;
    assertThat(canonical(text))
        .isEqualTo(
            """
            {"literals":[null,true,false],\
            "numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
            "string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}\
            """);
  }

  @Test
  void sortsKeysByUtf16CodeUnits() throws Exception {
    // RFC 8785 section 3.2.3: the emoji's surrogates come before U+FB33.
    assertThat(canonical("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3,\"1\":4,\"\\r\":5}"))
        .isEqualTo("{\"\\r\":5,\"1\":4,\"€\":3,\"\ud83d\ude00\":2,\"\ufb33\":1}");
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "1e0, 1",
    "-0, 0",
    "-0.0, 0",
    "0e99999, 0",
    "100, 100",
    "1e2, 100",
    "1e21, 1e+21",
    "1e20, 100000000000000000000",
    "123e-8, 0.00000123",
    "1.5e-7, 1.5e-7",
    "-1.25e25, -1.25e+25",
    "9007199254740993, 9007199254740993",
    "12345678901234567890123, 12345678901234567890123",
    "0.1000000000000000055511151231257827, 0.1000000000000000055511151231257827",
  })
  void keepsEveryDigitOfNumbers(String number, String expected) throws Exception {
    assertThat(canonical("[" + number + "]")).isEqualTo("[" + expected + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e1001", "1e999999999", "-1e-1002"})
  void refusesNumbersThatWouldTakePagesToWriteOut(String number) {
    assertThatThrownBy(() -> canonical(number))
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("out of range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\ud83d\"", "\"\\ude00\\ud83d\"", "[\"a\\udc00\"]"})
  void refusesHalvesOfCharacters(String text) {
    assertThatThrownBy(() -> canonical(text))
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("half of a surrogate pair");
  }

  private static String canonical(String text) throws MalformedJson {
    return CanonicalJson.write(JsonText.parse(text)).text();
  }
}
