package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Json;
import io.tidegate.run.Toolbox.Check;
import io.tidegate.run.Toolbox.Question;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.SchemaChecks;
import java.util.List;

/** What an agent asks its user: a question, and what its answer must look like. */
final class Questions {
  private final SchemaChecks schemas;

  Questions(SchemaChecks schemas) {
    this.schemas = schemas;
  }

  /** A question whose schema can't be used is told to the model, not to the person. */
  Check checked(Check.Valid call) {
    var schema = of(call.args()).schema();
    List<String> problems = schema == null ? List.of() : schemas.problemsOf(schema);
    return problems.isEmpty()
        ? call
        : new Check.Invalid(
            "The schema of the answer can't be used; correct it and ask again:\n- "
                + String.join("\n- ", problems));
  }

  static Question of(Json args) {
    JsonNode asked = JsonText.tree(args);
    var wanted = JsonNodeFactory.instance.objectNode();
    if (asked.has("choices")) {
      wanted.set("enum", asked.get("choices"));
    }
    if (asked.get("schema") instanceof ObjectNode schema) {
      return question(asked, wanted.isEmpty() ? schema : both(schema, wanted));
    }
    return question(asked, wanted);
  }

  private static Question question(JsonNode asked, ObjectNode schema) {
    return new Question(
        asked.path("question").asText(), schema.isEmpty() ? null : JsonText.write(schema));
  }

  private static ObjectNode both(ObjectNode one, ObjectNode other) {
    var both = JsonNodeFactory.instance.objectNode();
    both.putArray("allOf").add(one).add(other);
    return both;
  }
}
