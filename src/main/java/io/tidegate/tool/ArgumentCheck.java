package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.run.Toolbox.Check;
import io.tidegate.tool.json.CanonicalJson;
import io.tidegate.tool.json.Digests;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.MalformedJson;
import io.tidegate.tool.json.SchemaChecks;
import java.util.List;
import java.util.Locale;

/** Holds a call's arguments against its contract: one parse, one canonical text, one validation. */
final class ArgumentCheck {
  private static final int MAX_CHARS = 1 << 20;

  private final SchemaChecks schemas;

  ArgumentCheck(SchemaChecks schemas) {
    this.schemas = schemas;
  }

  Check check(Contract contract, String arguments) {
    if (arguments.length() > MAX_CHARS) {
      return new Check.Invalid(
          "The arguments are larger than %d characters (they have %d); send less."
              .formatted(MAX_CHARS, arguments.length()));
    }
    try {
      JsonNode args = JsonText.parse(arguments.isBlank() ? "{}" : arguments);
      return args.isObject() ? check(contract, args) : noObject(args);
    } catch (MalformedJson e) {
      return new Check.Invalid(
          "The arguments must be one well-formed JSON object: " + e.getMessage());
    }
  }

  private Check check(Contract contract, JsonNode args) throws MalformedJson {
    // First, as it bounds the numbers that the schema's arithmetic will see.
    Json canonical = CanonicalJson.write(args);
    List<String> problems = schemas.problems(contract.input(), args);
    return problems.isEmpty()
        ? new Check.Valid(canonical, Digests.sha256(canonical.text(), contract.digest()))
        : new Check.Invalid(
            "The arguments don't fit the tool's schema; correct them and call again:\n- "
                + String.join("\n- ", problems));
  }

  private static Check noObject(JsonNode args) {
    return new Check.Invalid(
        "The arguments must be a JSON object such as {\"name\": …}; this is JSON of type %s."
            .formatted(args.getNodeType().name().toLowerCase(Locale.ROOT)));
  }
}
