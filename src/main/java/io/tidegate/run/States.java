package io.tidegate.run;

import io.tidegate.conversation.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes the explicit state object of a session. Does no I/O. */
public interface States {
  /** The largest state object, in bytes of its text. */
  int MOST_BYTES = 64 << 10;

  /**
   * Writes a value at a dotted path, such as {@code invoices.open}; objects on the way are made. A
   * path that ends in {@code []} appends to an array, which is made too.
   */
  Changed write(Json state, String path, Json value, @Nullable Json schema);

  /** Changes the state by a JSON Merge Patch (RFC 7396), which is an object. */
  Changed merge(Json state, Json patch, @Nullable Json schema);

  /** Holds a whole new state against the schema and the bound of its size. */
  Changed check(Json state, @Nullable Json schema);

  /**
   * What came of a change.
   *
   * @param state the new state; the old one if there are problems
   * @param problems what is wrong with it, with path and rule, as sentences; empty if nothing is
   */
  record Changed(Json state, List<String> problems) {
    public Changed {
      problems = List.copyOf(problems);
    }
  }
}
