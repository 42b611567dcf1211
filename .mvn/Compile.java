import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Compiles every Java file below the given folders: {@code Compile.java TARGET CLASSPATH
 * FOLDER...}. Annotation processors on the class path have their say.
 *
 * <p>For what is under loadtest: it needs libraries that neither the product nor its tests may see,
 * so it is no part of Maven's own compilation.
 */
final class Compile {
  public static void main(String[] args) throws IOException {
    var command =
        new ArrayList<>(List.of("-d", args[0], "-classpath", expanded(args[1]), "-proc:full"));
    for (String folder : Arrays.asList(args).subList(2, args.length)) {
      command.addAll(files(Path.of(folder), ".java"));
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, System.out, System.err, command.toArray(String[]::new));
    System.exit(status);
  }

  /** The class path with the jars of a folder in the place of {@code folder/*}. */
  private static String expanded(String classPath) throws IOException {
    var entries = new ArrayList<String>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.endsWith("/*")) {
        Path folder = Path.of(entry.substring(0, entry.length() - 2));
        entries.addAll(Files.isDirectory(folder) ? files(folder, ".jar") : List.of());
      } else {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).filter(file -> file.endsWith(ending)).sorted().toList();
    }
  }
}
