package io.tidegate.app;

import io.tidegate.run.Ids;
import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of 80 random bits, in Crockford's base 32 (lower case, without the letters that look like
 * digits).
 */
final class RandomIds implements Ids {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 16;

  /** Eight digits: two writers at the same place of a log share one by a very rare chance. */
  private static final int TAGS = 100_000_000;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String session() {
    return "s_" + next();
  }

  @Override
  public String run() {
    return "r_" + next();
  }

  @Override
  public int tag() {
    return random.nextInt(1, TAGS);
  }

  private String next() {
    var bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    var id = new StringBuilder(LENGTH);
    for (byte b : bytes) {
      id.append(ALPHABET.charAt(b & 31));
    }
    return id.toString();
  }

  /** For jitter, where it need not be hard to guess. */
  @Override
  public double fraction() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
