package io.tidegate.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the configuration found, all of it in memory. Two looks are equal if they found
 * the same. It prints names alone, so that no secret can show.
 *
 * @param files by name, seen from the configuration folder
 * @param variables the environment, and files of secrets before it
 * @param problems what could not be looked at, as sentences
 */
public record Look(
    SortedMap<String, Content> files, Map<String, String> variables, List<String> problems) {
  public Look {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    variables = Map.copyOf(variables);
    problems = List.copyOf(problems);
  }

  /**
   * What is in a file.
   *
   * @param text null if it could not be read
   * @param problem why it could not, or the empty text
   */
  public record Content(@Nullable String text, String problem) {
    static Content of(String text) {
      return new Content(text, "");
    }

    static Content unreadable(String problem) {
      return new Content(null, problem);
    }
  }

  @Override
  public String toString() {
    return "Look[files=%s, problems=%s]".formatted(files.keySet(), problems);
  }
}
