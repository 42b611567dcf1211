package io.tidegate.simulator.model;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.scenario.Conversation.Said;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What both protocols do with texts and transcripts. */
final class Texts {
  private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");

  private Texts() {}

  /** The text as a JSON string. */
  static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  /** The text of a content that is a string, absent, or a list of parts. */
  static String of(JsonNode content) {
    if (!content.isArray()) {
      return content.asText("");
    }
    var out = new StringBuilder();
    content.forEach(part -> out.append(part.path("text").asText("")));
    return out.toString();
  }

  static String required(JsonNode body, String field) {
    var value = body.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new BadRequest("'%s' is required, and must be a string.".formatted(field));
    }
    return value.textValue();
  }

  static String toolName(JsonNode name) {
    if (!TOOL_NAME.matcher(name.asText("")).matches()) {
      throw new BadRequest(
          "A tool's name must match %s, was %s.".formatted(TOOL_NAME.pattern(), name));
    }
    return name.textValue();
  }

  /** Providers refuse a transcript where a call has no result right after it, or several. */
  static List<Said> checked(List<Said> said) {
    var open = new LinkedHashSet<String>();
    for (var one : said) {
      switch (one) {
        case Said.Result(var id, var text, var error) -> {
          if (!open.remove(id)) {
            throw new BadRequest(
                "The result for '%s' answers no open call of the message before it.".formatted(id));
          }
        }
        case Said.User user -> noneOpen(open);
        case Said.Assistant assistant -> {
          noneOpen(open);
          assistant.calls().forEach(call -> open(open, call.id()));
        }
      }
    }
    noneOpen(open);
    return said;
  }

  private static void open(Set<String> open, String id) {
    if (!open.add(id)) {
      throw new BadRequest("Two calls of one message have the id '%s'.".formatted(id));
    }
  }

  private static void noneOpen(Set<String> open) {
    if (!open.isEmpty()) {
      throw new BadRequest(
          "Every tool call must be followed by its result; these have none: " + open + ".");
    }
  }
}
