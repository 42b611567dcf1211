package io.tidegate.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ToolResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTextTest {

  @Test
  void aResultThatIsAStringIsItsText() {
    assertThat(result("\"a \\\"b\\\"\\n\\u00e9\"")).isEqualTo("a \"b\"\né");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1}", "[1]", "null", "1.50"})
  void anyOtherResultIsItsJson(String json) {
    assertThat(result(json)).isEqualTo(json);
  }

  @Test
  void argumentsThatAreAnObjectAreSentAsTheyWere() {
    assertThat(WireText.arguments("{ \"a\" : [1, {}] }")).isEqualTo("{ \"a\" : [1, {}] }");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void noArgumentsAreAnEmptyObject(String written) {
    assertThat(WireText.arguments(written)).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "[1]", "x", "{} {}", "{\"a\":1}}", "\ud83d"})
  void argumentsThatAreNoObjectAreShownInOne(String written) {
    assertThat(WireText.arguments(written)).startsWith("{\"INVALID_JSON\":\"");
  }

  private static String result(String json) {
    return WireText.result(new ToolResult("c", false, new Json(json)));
  }
}
