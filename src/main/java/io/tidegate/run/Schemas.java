package io.tidegate.run;

import io.tidegate.conversation.Json;
import java.util.List;

/** Holds JSON against JSON Schema 2020-12. Does no I/O. */
public interface Schemas {

  /**
   * Reads the text as JSON (a Markdown fence around it is forgiven) and holds it against the
   * schema.
   */
  Verdict check(Json schema, String text);

  /**
   * What the check found.
   *
   * @param value the JSON value, {@link Json#NULL} if there are problems
   * @param problems what is wrong, with path and rule, as sentences that a model can act on
   */
  record Verdict(Json value, List<String> problems) {
    public Verdict {
      problems = List.copyOf(problems);
    }

    public boolean valid() {
      return problems.isEmpty();
    }
  }
}
