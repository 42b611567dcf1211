package io.tidegate.session.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * A Lua script that Redis runs as one step.
 *
 * @param name what it is called here
 * @param sha its name in Redis: the SHA-1 digest of the source
 */
public record Script(String name, String sha, String source) {

  /** The script in a resource beside the class, after what it shares with others. */
  public static Script of(Class<?> beside, String... resources) {
    var source =
        Arrays.stream(resources).map(each -> read(beside, each)).collect(Collectors.joining("\n"));
    var name = resources[resources.length - 1].replaceFirst("\\.lua$", "");
    return new Script(name, sha1(source.getBytes(StandardCharsets.UTF_8)), source);
  }

  private static String read(Class<?> beside, String resource) {
    try (var in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
