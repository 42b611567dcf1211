package io.tidegate.benchmark;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A class path without folders. */
final class Jars {
  private Jars() {}

  /** The class path with a jar, written to a folder, in the place of each folder. */
  static String only(String classPath, Path to) {
    var entries = new ArrayList<String>();
    for (var entry : classPath.split(File.pathSeparator)) {
      var path = Path.of(entry);
      entries.add(
          Files.isDirectory(path)
              ? packed(path, to.resolve("classes-" + entries.size() + ".jar")).toString()
              : entry);
    }
    return String.join(File.pathSeparator, entries);
  }

  private static Path packed(Path folder, Path jar) {
    try (var out = new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)));
        var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
        out.closeEntry();
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
