package io.tidegate.tool.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests as they are written everywhere: {@code sha256:} and lower-case hex. */
public final class Digests {
  private static final HexFormat HEX = HexFormat.of();

  private Digests() {}

  /** The SHA-256 of the parts in UTF-8, each led by its length so that they can't run together. */
  public static String sha256(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(UTF_8);
      digest.update((bytes.length + ":").getBytes(UTF_8));
      digest.update(bytes);
    }
    return "sha256:" + HEX.formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
