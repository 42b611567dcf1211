package io.tidegate.tool;

import io.tidegate.tool.ToolSettings.Target;
import java.util.ArrayList;
import java.util.List;

/** Looks at a configured tool before anything uses it. */
public final class ToolProblems {
  private ToolProblems() {}

  /** What is wrong with the tool's templates and transform, as sentences; none if nothing is. */
  public static List<String> of(ToolSettings settings) {
    var problems = new ArrayList<String>();
    if (settings.target() instanceof Target.Http http) {
      look(() -> HttpTool.template(settings.contract(), http), problems);
    }
    if (!settings.transform().isBlank()) {
      look(() -> new Transform(settings.transform()), problems);
    }
    return problems;
  }

  private static void look(Runnable construction, List<String> problems) {
    try {
      construction.run();
    } catch (IllegalArgumentException wrong) {
      problems.add(String.valueOf(wrong.getMessage()));
    }
  }
}
