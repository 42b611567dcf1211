package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Json;
import io.tidegate.run.Schemas;
import io.tidegate.tool.json.CanonicalJson;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.MalformedJson;
import io.tidegate.tool.json.SchemaChecks;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON Schema over what a model wrote. Safe for threads. */
public final class JsonSchemas implements Schemas {

  /** The whole text in a Markdown fence, as models like to write it. */
  private static final Pattern FENCE =
      Pattern.compile("\\s*```[A-Za-z]*[ \\t]*\\R(.*)\\R?[ \\t]*```\\s*", Pattern.DOTALL);

  private final SchemaChecks checks = new SchemaChecks();

  @Override
  public Verdict check(Json schema, String text) {
    try {
      JsonNode value = JsonText.parse(unfenced(text));
      // Refuses what no reader could take: half characters, numbers out of range.
      CanonicalJson.write(value);
      List<String> problems = checks.problems(schema, value);
      return new Verdict(problems.isEmpty() ? JsonText.write(value) : Json.NULL, problems);
    } catch (MalformedJson e) {
      return new Verdict(
          Json.NULL, List.of("the text must be one well-formed JSON value: " + e.getMessage()));
    }
  }

  /** What is wrong with a schema itself, as sentences; empty if it can be used. */
  public List<String> problemsOf(Json schema) {
    return checks.problemsOf(schema);
  }

  private static String unfenced(String text) {
    Matcher fence = FENCE.matcher(text);
    return fence.matches() ? fence.group(1) : text;
  }
}
