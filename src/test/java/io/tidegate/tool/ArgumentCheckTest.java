package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.SideEffect;
import io.tidegate.run.Toolbox.Check;
import io.tidegate.tool.json.SchemaChecks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentCheckTest {
  private static final Contract CONTRACT =
      Samples.contract(
          "lookup",
          SideEffect.READ,
          "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}}}");

  private final ArgumentCheck arguments = new ArgumentCheck(new SchemaChecks());

  @Test
  void validArgumentsComeBackCanonical() {
    assertThat(valid("{ \"z\": 1.0, \"id\" : 9007199254740993 }").args())
        .hasToString("{\"id\":9007199254740993,\"z\":1}");
    assertThat(valid("").args()).hasToString("{}");
    assertThat(valid(" \n").args()).hasToString("{}");
  }

  @Test
  void theDigestBindsArgumentsAndContract() {
    String digest = valid("{\"id\":1,\"a\":2}").digest();
    assertThat(digest).matches("sha256:[0-9a-f]{64}");
    assertThat(valid("{\"a\": 2.0, \"id\": 1}").digest()).isEqualTo(digest);
    assertThat(valid("{\"a\":2,\"id\":2}").digest()).isNotEqualTo(digest);
    var other = Samples.contract("lookup", SideEffect.WRITE, CONTRACT.input().text());
    assertThat(((Check.Valid) arguments.check(other, "{\"id\":1,\"a\":2}")).digest())
        .isNotEqualTo(digest);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"id\": } | line 1, column 8",
        "{\"id\": 1 | line 1",
        "{\"id\":1,\"id\":2} | Duplicate field 'id'",
        "{} {} | line 1, column 4",
        "[1] | must be a JSON object",
        "\"{}\" | must be a JSON object",
        "null | must be a JSON object",
        "{'id':1} | double-quote",
        "{\"id\":NaN} | NaN",
        "{\"id\":1e2000} | out of range",
        "{\"s\":\"\\ud800\"} | surrogate",
        "{\"id\":\"x\"} | at /id: string found, integer expected (rule: type)",
      })
  void problemsSayWhereAndWhat(String text, String problem) {
    assertThat(invalid(text).problem()).contains(problem);
  }

  @Test
  void sizeAndDepthAreBounded() {
    assertThat(invalid("{\"s\":\"" + "x".repeat(1 << 20) + "\"}").problem())
        .contains("1048576")
        .contains("1048584");
    assertThat(invalid("{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}").problem())
        .contains("nesting depth");
  }

  private Check.Valid valid(String text) {
    return (Check.Valid) arguments.check(CONTRACT, text);
  }

  private Check.Invalid invalid(String text) {
    return (Check.Invalid) arguments.check(CONTRACT, text);
  }
}
