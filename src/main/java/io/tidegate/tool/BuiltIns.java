package io.tidegate.tool;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.run.Time;
import io.tidegate.tool.ToolSettings.Target;
import io.tidegate.tool.builtin.Arithmetic;
import io.tidegate.tool.builtin.BuiltIn;
import io.tidegate.tool.builtin.Clock;
import io.tidegate.tool.builtin.Unanswered;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The catalog of the tools that are part of the gateway; agents list them by name. */
public final class BuiltIns {
  private static final String ASK_USER = "ask-user";

  private static final Map<String, ToolSettings> SETTINGS =
      settings(
          contract(
              "clock",
              "Tells the current date, time and weekday in UTC, and in a time zone if one is"
                  + " given.",
              """
              {"type":"object","properties":{"zone":{"type":"string",\
              "description":"IANA time zone, such as Europe/Berlin"}},"additionalProperties":false}\
              """),
          contract(
              "arithmetic",
              """
              Calculates with exact decimals. Knows + - * / % (remainder) ^ and parentheses. \
              Division is rounded to 50 significant digits.\
              """,
              """
              {"type":"object","properties":{"expression":{"type":"string","maxLength":1000,\
              "description":"such as (19.99 * 3 + 4.5) / 2"}},"required":["expression"],\
              "additionalProperties":false}\
              """),
          askUser());

  private BuiltIns() {}

  /** What runs pin of them, by name. */
  public static Map<String, Contract> contracts() {
    var contracts = new TreeMap<String, Contract>();
    SETTINGS.forEach((name, settings) -> contracts.put(name, settings.contract()));
    return contracts;
  }

  /** They as configured tools, by name. */
  public static Map<String, ToolSettings> settings() {
    return SETTINGS;
  }

  /** The tool itself. */
  static BuiltIn named(String name, Time time) {
    return switch (name) {
      case "clock" -> new Clock(time);
      case "arithmetic" -> new Arithmetic();
      // People answer it; nothing is executed.
      case ASK_USER -> new Unanswered();
      default ->
          throw new IllegalArgumentException(
              "there is no built-in tool '" + name + "'; there are " + SETTINGS.keySet());
    };
  }

  private static Map<String, ToolSettings> settings(Contract... contracts) {
    var settings = new TreeMap<String, ToolSettings>();
    Arrays.stream(contracts).forEach(tool -> settings.put(tool.name(), settings(tool)));
    return Map.copyOf(settings);
  }

  private static ToolSettings settings(Contract contract) {
    return Contracts.sealed(
        new ToolSettings(contract, new Target.BuiltIn(contract.name()), 1, 1000, "", 65536));
  }

  private static Contract askUser() {
    var draft =
        contract(
            ASK_USER,
            """
            Asks the user a question and waits for the answer, which may take long. Ask only what you \
            can't find out otherwise.\
            """,
            """
            {"type":"object","properties":{"question":{"type":"string","minLength":1,\
            "maxLength":4000},"schema":{"type":"object",\
            "description":"JSON Schema that the answer must follow"},"choices":{"type":"array",\
            "items":{"type":"string"},"minItems":1,"maxItems":50,\
            "description":"the answers to choose from"}},"required":["question"],\
            "additionalProperties":false}\
            """);
    return new Contract(
        draft.name(),
        draft.description(),
        draft.input(),
        draft.effect(),
        draft.after(),
        draft.exclusive(),
        draft.touches(),
        draft.onUnknown(),
        draft.timeoutMs(),
        draft.digest(),
        "",
        true,
        false);
  }

  private static Contract contract(String name, String description, String input) {
    return new Contract(
        name,
        description,
        new Json(input),
        SideEffect.READ,
        List.of(),
        "",
        "",
        OnUnknown.FAIL,
        1000,
        "");
  }
}
