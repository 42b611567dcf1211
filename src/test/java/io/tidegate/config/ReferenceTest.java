package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the reference for users against the keys that the readers ask for. */
class ReferenceTest {
  private static final Path REFERENCE = Path.of("src/docs/configuration.md");
  private static final Pattern ROW = Pattern.compile("\\| `(?<key>[^`]+)` \\|(?<rest>.*)");

  private final Set<String> keys =
      Config.keys(
          Path.of("src/test/resources/config/full"),
          Map.of("HOOK_SECRET", "a", "CLAUDE_KEY", "b", "ERP_KEY", "c"),
          TestParts.PARTS);

  @Test
  void theReferenceHasEveryKey() throws IOException {
    assertThat(rows().keySet()).containsAll(keys.stream().filter(key -> !holdsKeys(key)).toList());
  }

  @Test
  void theReferenceHasNoKeyThatIsNotRead() throws IOException {
    assertThat(keys).containsAll(rows().keySet());
  }

  private boolean holdsKeys(String key) {
    return keys.stream().anyMatch(other -> isIn(other, key));
  }

  private static boolean isIn(String key, String outer) {
    return Stream.of(".", "[].").anyMatch(join -> key.startsWith(outer + join));
  }

  private static Map<String, String> rows() throws IOException {
    try (Stream<String> lines = Files.lines(REFERENCE)) {
      return lines
          .map(ROW::matcher)
          .filter(matcher -> matcher.matches())
          .filter(matcher -> !matcher.group("key").matches("[A-Z_]+"))
          .collect(
              Collectors.toMap(matcher -> matcher.group("key"), matcher -> matcher.group("rest")));
    }
  }
}
