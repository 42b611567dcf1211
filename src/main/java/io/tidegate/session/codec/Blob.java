package io.tidegate.session.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A large text that is kept beside the log, under the digest of its content.
 *
 * @param digest {@code sha256:} and the hexadecimal digest of the bytes
 * @param bytes the text in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // on its way to the wire, compared by nobody
public record Blob(String digest, byte[] bytes) {
  private static final String ALGORITHM = "sha256:";
  private static final Pattern DIGEST = Pattern.compile(ALGORITHM + "[0-9a-f]{64}");

  /** Whether the text may be the digest of a blob. */
  public static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  static Blob of(byte[] bytes) {
    return new Blob(ALGORITHM + HexFormat.of().formatHex(sha256(bytes)), bytes);
  }

  /**
   * The text as a blob, or empty if it has half a surrogate pair and so has no UTF-8 form that
   * reads back the same.
   */
  static Optional<Blob> of(String text) {
    try {
      var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Optional.of(of(bytes(encoded)));
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(ByteBuffer encoded) {
    var bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
