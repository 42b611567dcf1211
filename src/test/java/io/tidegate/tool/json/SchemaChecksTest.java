package io.tidegate.tool.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaChecksTest {
  private final SchemaChecks checks = new SchemaChecks();

  @Test
  void everyProblemNamesItsPathAndItsRule() {
    var problems =
        problems(
            """
            {"type":"object","required":["id","day"],"additionalProperties":false,"properties":{
              "id":{"type":"string"},"lines":{"type":"array","items":{"minimum":1}},
              "day":{"type":"string","format":"date"}}}\
            """,
            """
            {"id":5,"lines":[1,0],"x":true}\
            """);
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "at /id: integer found, string expected (rule: type)",
            "at /lines/1: must have a minimum value of 1 (rule: minimum)",
            "at the root: required property 'day' not found (rule: required)",
            "at the root: property 'x' is not defined in the schema and the schema does not allow"
                + " additional properties (rule: additionalProperties)");
  }

  @Test
  void pathsAreJsonPointers() {
    assertThat(problems("{\"additionalProperties\":{\"type\":\"string\"}}", "{\"a/b~c\":1}"))
        .singleElement()
        .asString()
        .startsWith("at /a~1b~0c: ");
  }

  @Test
  void formatsAreChecked() {
    assertThat(problems("{\"format\":\"date\"}", "\"2026-02-30\"")).hasSize(1);
    assertThat(problems("{\"format\":\"date\"}", "\"2026-02-28\"")).isEmpty();
    assertThat(problems("{\"format\":\"email\"}", "\"nobody\"")).hasSize(1);
  }

  @Test
  void moreThanTenProblemsAreCounted() {
    assertThat(problems("{\"items\":{\"type\":\"string\"}}", "[1,2,3,4,5,6,7,8,9,10,11,12]"))
        .hasSize(11)
        .last()
        .isEqualTo("and 2 more");
  }

  @Test
  void largeIntegersAreComparedExactly() {
    assertThat(problems("{\"maximum\":9007199254740992}", "9007199254740993")).hasSize(1);
    assertThat(problems("{\"const\":12345678901234567890}", "12345678901234567891")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9/x.json",
        "file:///etc/hostname",
        "classpath:openapi.yaml",
        "https://json-schema.org/draft/2020-12/schema"
      })
  void schemasOutsideOfTheDocumentAreNotLoaded(String ref) {
    assertThat(problems("{\"$ref\":\"" + ref + "\"}", "1"))
        .singleElement()
        .asString()
        .startsWith("the schema itself can't be used: ");
  }

  @Test
  void referencesWithinTheDocumentWorkWhateverItsIdIs() {
    String schema =
        """
        {"$id":"https://example.com/x","$ref":"#/$defs/n","$defs":{"n":{"type":"number"}}}\
        """;
    assertThat(problems(schema, "1")).isEmpty();
    assertThat(problems(schema, "\"1\"")).hasSize(1);
  }

  @Test
  void aWrongSchemaIsDescribed() {
    assertThat(checks.problemsOf(new Json("{\"type\":\"objekt\"}")))
        .first()
        .asString()
        .startsWith("at /type: ");
    assertThat(checks.problemsOf(new Json("{\"required\":\"id\"}"))).hasSize(1);
    assertThat(checks.problemsOf(new Json("{\"pattern\":\"(\"}"))).hasSize(1);
    assertThat(checks.problemsOf(new Json("{\"$ref\":\"#/nowhere\"}"))).hasSize(1);
    assertThat(checks.problemsOf(new Json("{"))).hasSize(1);
    assertThat(checks.problemsOf(new Json("{\"type\":\"object\"}"))).isEmpty();
  }

  private List<String> problems(String schema, String value) {
    try {
      return checks.problems(new Json(schema), JsonText.parse(value));
    } catch (MalformedJson e) {
      throw new AssertionError(e);
    }
  }
}
