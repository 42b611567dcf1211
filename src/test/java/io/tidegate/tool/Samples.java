package io.tidegate.tool;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.run.SessionId;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.tool.ToolSettings.Target;
import java.util.List;
import java.util.Map;

/** Contracts, settings and calls for tests. */
final class Samples {
  private Samples() {}

  static Contract contract(String name, SideEffect effect, String input) {
    return contract(name, effect, input, 5_000);
  }

  static Contract contract(String name, SideEffect effect, String input, long timeoutMs) {
    return Contracts.sealed(
            settings(
                new Contract(
                    name,
                    "",
                    new Json(input),
                    effect,
                    List.of(),
                    "",
                    "",
                    OnUnknown.ASK,
                    timeoutMs,
                    ""),
                new Target.BuiltIn("clock")))
        .contract();
  }

  static ToolSettings settings(Contract contract, Target target) {
    return new ToolSettings(contract, target, 3, 8, "", 65_536);
  }

  static Target.Http post(String url) {
    return new Target.Http("POST", url, Map.of(), Map.of(), null, false);
  }

  static Invocation call(Contract contract, String args) {
    return new Invocation(
        new SessionId("default", "s1"), "r1", "r1-c1", contract, new Json(args), 1, "key-1");
  }
}
