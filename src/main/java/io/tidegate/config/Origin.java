package io.tidegate.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration comes from. Looking at it blocks.
 *
 * @param folder the configuration folder; without one, all of its files count as empty
 * @param secrets a folder in which each file is a variable, by its name, and goes before that of
 *     the environment; null for none
 */
public record Origin(
    @Nullable Path folder, @Nullable Path secrets, Map<String, String> environment) {
  private static final String FOLDER = "TIDEGATE_CONFIG";
  private static final String SECRETS = "TIDEGATE_SECRETS";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** What is read of all files together; ConfigMaps and Secrets hold up to 1 MB each. */
  static final int MOST_BYTES = 32 << 20;

  private static final int MOST_FILES = 10_000;

  public Origin {
    environment = Map.copyOf(environment);
  }

  /**
   * The folders that {@code TIDEGATE_CONFIG} and {@code TIDEGATE_SECRETS} name. Without the first
   * it is {@code config} in the working folder, or none if that is missing.
   *
   * @throws InvalidConfig if one that is named is no folder
   */
  public static Origin of(Map<String, String> environment) {
    var standard = Path.of("config");
    var named = named(FOLDER, environment);
    return at(named != null || !Files.isDirectory(standard) ? named : standard, environment);
  }

  /** The same with that folder. */
  static Origin at(@Nullable Path folder, Map<String, String> environment) {
    mustBeFolder(FOLDER, folder);
    var secrets = named(SECRETS, environment);
    mustBeFolder(SECRETS, secrets);
    return new Origin(folder, secrets, environment);
  }

  private static @Nullable Path named(String variable, Map<String, String> environment) {
    var name = environment.getOrDefault(variable, "");
    return name.isEmpty() ? null : Path.of(name);
  }

  private static void mustBeFolder(String variable, @Nullable Path folder) {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new InvalidConfig(
          List.of(variable + ": must name a folder, and " + folder + " is none"));
    }
  }

  /** Reads all there is, once. What can't be read is part of what it finds. */
  public Look look() {
    return new Looking().at(this);
  }

  /** One look under way, which reads no more than there is room for. */
  private static final class Looking {
    private final SortedMap<String, Look.Content> files = new TreeMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private int room = MOST_BYTES;

    Look at(Origin origin) {
      variables.putAll(origin.environment);
      if (origin.folder != null) {
        configuration(origin.folder);
      }
      if (origin.secrets != null) {
        secrets(origin.secrets);
      }
      return new Look(files, variables, problems);
    }

    private void configuration(Path folder) {
      list(folder, Folder::isYaml)
          .forEach(
              name ->
                  files.put(
                      name,
                      Folder.FILES.contains(name)
                          ? content(folder.resolve(name))
                          : Look.Content.unreadable("is not read")));
      var agents = folder.resolve(Folder.AGENTS);
      if (Files.isDirectory(agents)) {
        list(agents, Folder::isYaml)
            .forEach(name -> files.put(Folder.agent(name), content(agents.resolve(name))));
      }
    }

    private void secrets(Path folder) {
      for (var name : list(folder, file -> VARIABLE.matcher(file).matches())) {
        var found = content(folder.resolve(name));
        if (found.text() == null) {
          problems.add(name + " in " + folder + ": " + found.problem());
        } else {
          variables.put(name, found.text().stripTrailing());
        }
      }
    }

    private List<String> list(Path folder, Predicate<String> wanted) {
      try (Stream<Path> found = Files.list(folder)) {
        var names =
            found
                .map(file -> file.getFileName().toString())
                .filter(wanted)
                .limit(MOST_FILES + 1L)
                .sorted()
                .toList();
        if (names.size() <= MOST_FILES) {
          return names;
        }
        problems.add("%s: has more than %d files".formatted(folder, MOST_FILES));
      } catch (IOException e) {
        problems.add(folder + ": can't be read: " + e);
      }
      return List.of();
    }

    private Look.Content content(Path file) {
      try (var in = Files.newInputStream(file)) {
        var bytes = in.readNBytes(room + 1);
        if (bytes.length > room) {
          return Look.Content.unreadable(
              "is too large: all files together may have %d MB".formatted(MOST_BYTES >> 20));
        }
        room -= bytes.length;
        return Look.Content.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException e) {
        return Look.Content.unreadable("is no text in UTF-8");
      } catch (IOException e) {
        return Look.Content.unreadable("can't be read: " + e);
      }
    }
  }
}
