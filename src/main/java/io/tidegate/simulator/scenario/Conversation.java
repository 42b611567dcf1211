package io.tidegate.simulator.scenario;

import io.tidegate.simulator.web.Jsons;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as a model gets to see it, whatever protocol it came by.
 *
 * @param model the model's name, without a directive
 * @param tools the names of the tools on offer
 */
public record Conversation(String model, String system, List<Said> said, List<String> tools) {
  public Conversation {
    said = List.copyOf(said);
    tools = List.copyOf(tools);
  }

  /** One thing that was said. */
  public sealed interface Said {
    /** What the user said. */
    record User(String text) implements Said {}

    /** What the model said before. */
    record Assistant(String text, List<Asked> calls) implements Said {
      public Assistant {
        calls = List.copyOf(calls);
      }
    }

    /** What a tool answered. */
    record Result(String id, String text, boolean error) implements Said {}

    /** A call that the model made before. */
    record Asked(String id, String tool, String args) {}
  }

  /** How often the model has spoken since its user did: 0 for its first reply. */
  public int turn() {
    return (int) sinceUser().stream().filter(Said.Assistant.class::isInstance).count();
  }

  /** How often the model has spoken in all. */
  public int turns() {
    return (int) said.stream().filter(Said.Assistant.class::isInstance).count();
  }

  /** The characters of all that was said, and of what the model had seen when it last spoke. */
  public Size size() {
    int all = system.length();
    int seen = 0;
    for (var one : said) {
      if (one instanceof Said.Assistant) {
        seen = all;
      }
      all += length(one);
    }
    return new Size(all, seen);
  }

  /** A conversation's size in characters. */
  public record Size(int all, int seenBefore) {}

  /**
   * What expressions look at: {@code model, system, tools, input} (what the user said last), {@code
   * inputs, turn, turns}, {@code results} since then, as {@code {tool, args, text, value, error}},
   * {@code last}, those of the last wave, and {@code got}, the good results by tool, with
   * underscores in the tools' names.
   */
  public Map<String, Object> view() {
    var inputs = inputs();
    var results = results(sinceUser());
    return Jsons.object(
        "model",
        model,
        "system",
        system,
        "tools",
        tools,
        "input",
        inputs.isEmpty() ? "" : inputs.getLast(),
        "inputs",
        inputs,
        "turn",
        turn(),
        "turns",
        turns(),
        "results",
        results,
        "last",
        results(sinceAssistant()),
        "got",
        got(results));
  }

  private List<String> inputs() {
    return said.stream()
        .filter(Said.User.class::isInstance)
        .map(one -> ((Said.User) one).text())
        .toList();
  }

  private List<Said> sinceUser() {
    return since(Said.User.class);
  }

  private List<Said> sinceAssistant() {
    return since(Said.Assistant.class);
  }

  private List<Said> since(Class<? extends Said> kind) {
    int from = said.size();
    while (from > 0 && !kind.isInstance(said.get(from - 1))) {
      from--;
    }
    return said.subList(from, said.size());
  }

  private List<Map<String, Object>> results(List<Said> part) {
    var asked = asked();
    var results = new ArrayList<Map<String, Object>>();
    for (var one : part) {
      if (one instanceof Said.Result result) {
        results.add(shown(result, asked.get(result.id())));
      }
    }
    return results;
  }

  private Map<String, Said.Asked> asked() {
    var asked = new LinkedHashMap<String, Said.Asked>();
    for (var one : said) {
      if (one instanceof Said.Assistant assistant) {
        assistant.calls().forEach(call -> asked.put(call.id(), call));
      }
    }
    return asked;
  }

  private static Map<String, Object> shown(Said.Result result, Said.@Nullable Asked call) {
    var value = Jsons.valueOrText(result.text());
    return Jsons.object(
        "tool",
        call == null ? "" : call.tool(),
        "args",
        call == null ? null : Jsons.valueOrText(call.args()),
        "text",
        result.text(),
        "value",
        value,
        "error",
        result.error() || (value instanceof Map<?, ?> map && map.containsKey("error")));
  }

  private static Map<String, Object> got(List<Map<String, Object>> results) {
    var got = new LinkedHashMap<String, Object>();
    for (var result : results) {
      var value = result.get("value");
      if (value != null && Boolean.FALSE.equals(result.get("error"))) {
        got.put(String.valueOf(result.get("tool")).replaceAll("[^A-Za-z0-9]", "_"), value);
      }
    }
    return got;
  }

  private static int length(Said one) {
    return switch (one) {
      case Said.User(var text) -> text.length();
      case Said.Assistant(var text, var calls) ->
          text.length() + calls.stream().mapToInt(c -> c.tool().length() + c.args().length()).sum();
      case Said.Result(var id, var text, var error) -> text.length();
    };
  }
}
