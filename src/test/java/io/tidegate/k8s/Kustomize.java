package io.tidegate.k8s;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Overlays as kubectl, or else kustomize, renders them. Where there is neither, CI fails and a
 * developer's machine skips the test.
 */
final class Kustomize {
  private static final List<List<String>> TOOLS =
      List.of(List.of("kubectl", "kustomize"), List.of("kustomize", "build"));

  private static final Map<Path, Manifests> RENDERED = new ConcurrentHashMap<>();

  private Kustomize() {}

  static Manifests overlay(String name) {
    return render(Path.of("k8s/overlays", name));
  }

  static Manifests render(Path folder) {
    return RENDERED.computeIfAbsent(folder, Kustomize::run);
  }

  private static Manifests run(Path folder) {
    for (var tool : TOOLS) {
      if (isThere(tool.getFirst())) {
        return Manifests.read(output(tool, folder));
      }
    }
    var why = "these tests need kubectl or kustomize on the PATH";
    if (System.getenv("CI") != null) {
      throw new AssertionError(why);
    }
    return abort(why);
  }

  private static boolean isThere(String tool) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  private static String output(List<String> tool, Path folder) {
    try {
      var errors = Files.createTempFile("kustomize", ".txt");
      var process =
          new ProcessBuilder(tool.get(0), tool.get(1), folder.toString())
              .redirectError(errors.toFile())
              .start();
      var yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      var said = Files.readString(errors);
      Files.delete(errors);
      // A warning is of something that is deprecated, or means nothing.
      if (status != 0 || !said.isBlank()) {
        throw new AssertionError(folder + " can't be rendered: " + said);
      }
      return yaml;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
