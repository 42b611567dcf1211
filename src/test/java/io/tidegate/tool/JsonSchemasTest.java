package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemasTest {
  private static final Json SCHEMA = new Json("{\"type\":\"object\",\"required\":[\"total\"]}");
  private final JsonSchemas schemas = new JsonSchemas();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"total\": 1.50}",
        "\n {\"total\": 1.50} ",
        "```json\n{\"total\": 1.50}\n```",
        "```\n{\"total\": 1.50}\n```\n",
        "```JSON\r\n{\"total\":\n1.50}```",
      })
  void fencesAndSpaceAreForgiven(String text) {
    var verdict = schemas.check(SCHEMA, text);
    assertThat(verdict.problems()).isEmpty();
    assertThat(verdict.value()).isEqualTo(new Json("{\"total\":1.50}"));
  }

  @Test
  void problemsComeWithoutAValue() {
    var verdict = schemas.check(SCHEMA, "{\"sum\":1}");
    assertThat(verdict.value()).isEqualTo(Json.NULL);
    assertThat(verdict.problems())
        .containsExactly("at the root: required property 'total' not found (rule: required)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "The total is 5.", "{\"total\":1} and more", "```json\n{\"total\"\n```"})
  void textThatIsNoJsonIsSaid(String text) {
    assertThat(schemas.check(SCHEMA, text).problems())
        .singleElement()
        .asString()
        .startsWith("the text must be one well-formed JSON value: ");
  }
}
