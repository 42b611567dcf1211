package io.tidegate.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArithmeticTest {

  @ParameterizedTest
  @CsvSource({
    "0.1 + 0.2, 0.3",
    "2 + 3 * 4, 14",
    "(2 + 3) * 4, 20",
    "10 - 4 - 3, 3",
    "100 / 10 / 2, 5",
    "-2^2, -4",
    "(-2)^2, 4",
    "2^3^2, 512",
    "2^-2, 0.25",
    "2--3, 5",
    "-7 % 3, -1",
    "7.5 % 2, 1.5",
    "1.5e3 + .5, 1500.5",
    "1.50 * 2, 3",
    "0 * 5, 0",
    "99999999999999999999 + 1, 100000000000000000000",
    "'\t1\n+ 1', 2",
  })
  void calculatesExactly(String expression, String result) throws Exception {
    assertThat(call(expression)).isEqualTo("{\"result\":\"" + result + "\",\"exact\":true}");
  }

  @Test
  void saysThatDivisionHasRounded() throws Exception {
    assertThat(call("2 / 3"))
        .isEqualTo("{\"result\":\"0." + "6".repeat(49) + "7\",\"exact\":false}");
    assertThat(call("1/3*3")).contains("\"exact\":false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 +",
        "(1",
        "1)",
        "1 2",
        "a",
        "1,000",
        "10%",
        ".",
        "1e",
        "1..2",
        "*1",
        "()",
        "1/0",
        "5 % 0",
        "2^0.5",
        "0^-1",
        "2^2000",
        "9^999^999",
        "1e1001",
        "1e999999999999",
        "10^1000 * 10"
      })
  void refusesWhatItCanNotDoWithASentence(String expression) {
    assertThatThrownBy(() -> call(expression)).isInstanceOf(BadInput.class).message().endsWith(".");
  }

  @Test
  void boundsLengthAndDepth() {
    assertThatThrownBy(() -> call("1+".repeat(500) + "1")).hasMessageContaining("1000 characters");
    assertThatThrownBy(() -> call("(".repeat(60) + "1" + ")".repeat(60)))
        .hasMessageContaining("nested deeper than 50");
    assertThatThrownBy(() -> call("-".repeat(900) + "1")).hasMessageContaining("nested deeper");
  }

  @Test
  void saysWhatWasExpectedWhere() {
    assertThatThrownBy(() -> call("3 + * 4"))
        .hasMessageStartingWith(
            "The expression has '*' at position 5 where a number or '(' was expected.");
  }

  private static String call(String expression) throws BadInput {
    var args = JsonNodeFactory.instance.objectNode().put("expression", expression);
    return new Arithmetic().call(args).toString();
  }
}
