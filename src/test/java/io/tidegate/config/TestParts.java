package io.tidegate.config;

import static java.util.stream.Collectors.toMap;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.policy.CelConditions;
import io.tidegate.policy.CelRules;
import io.tidegate.tool.ToolSettings;
import java.util.List;
import java.util.stream.Stream;

/** What the app passes in, with stand-ins for tools that are built in. */
final class TestParts {
  private TestParts() {}

  static final Parts PARTS =
      new Parts(
          CelRules::problems,
          CelConditions::problems,
          CelRules::keyProblems,
          (state, schema) ->
              schema != null && schema.text().contains("\"no-such-key\"")
                  ? List.of("at the root: required property 'no-such-key' not found")
                  : List.of(),
          TestParts::problems,
          Stream.of("clock", "arithmetic").collect(toMap(name -> name, TestParts::builtIn)),
          TestParts::sealed);

  private static List<String> problems(ToolSettings tool) {
    return tool.transform().equals("((") ? List.of("its transform is no JSONata") : List.of();
  }

  private static ToolSettings builtIn(String name) {
    var input = new Json("{\"type\":\"object\"}");
    return settings(
        new Contract(
            name,
            "Built in: " + name,
            input,
            SideEffect.READ,
            List.of(),
            "",
            "",
            OnUnknown.FAIL,
            1_000,
            "built in"),
        new ToolSettings.Target.BuiltIn(name));
  }

  private static ToolSettings settings(Contract contract, ToolSettings.Target target) {
    return new ToolSettings(contract, target, 1, 1_000, "", 1 << 16);
  }

  private static ToolSettings sealed(ToolSettings open) {
    Contract draft = open.contract();
    return new ToolSettings(
        draft.withDigest("digest of " + draft.name()),
        open.target(),
        open.retry(),
        open.concurrency(),
        open.transform(),
        open.maxResultBytes());
  }
}
