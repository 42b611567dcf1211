import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or fixes the format of every Java file below the given folders: {@code Format.java
 * check|fix FOLDER...}.
 *
 * <p>A program of its own because google-java-format parses with the compiler of the JVM that runs
 * it: within Maven's own JVM, which may be older, it could not read our sources. It runs by {@code
 * java .mvn/Format.java} on the JDK that the build selects.
 */
final class Format {
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    List<String> command =
        new ArrayList<>(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    for (String folder : Arrays.asList(args).subList(1, args.length)) {
      command.addAll(sources(Path.of(folder)));
    }
    var out = new PrintWriter(System.out, true);
    var err = new PrintWriter(System.err, true);
    int status = new Main(out, err, System.in).format(command.toArray(String[]::new));
    if (status != 0 && !fix) {
      err.println("These files are not formatted. Format them: mvn -q validate exec:exec@format");
    }
    System.exit(status);
  }

  private static List<String> sources(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }
}
