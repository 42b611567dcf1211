package io.tidegate.loop;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Notices a model that goes in circles: the same calls with the same results round after round, or
 * two such rounds in turn.
 *
 * @param recent digests of the last rounds, the newest last
 * @param told whether the model was told about the circle it is in
 */
public record Repetition(List<String> recent, boolean told) {
  static final Repetition NONE = new Repetition(List.of(), false);

  public Repetition {
    recent = List.copyOf(recent);
  }

  /** After one more round; {@code limit} is {@link Limits#repeats}. */
  Repetition after(List<Call> calls, int limit) {
    if (limit == 0) {
      return NONE;
    }
    var rounds = new ArrayList<>(recent);
    rounds.add(digest(calls));
    int window = 2 * (limit + 1);
    var last = List.copyOf(rounds.subList(Math.max(0, rounds.size() - window), rounds.size()));
    return new Repetition(last, circles(last) >= limit);
  }

  /** Whether the circle has been gone once more since the model was told. */
  boolean hopeless(int limit) {
    return limit > 0 && circles(recent) > limit;
  }

  private static int circles(List<String> rounds) {
    return Math.max(circles(rounds, 1), circles(rounds, 2));
  }

  /** How many whole periods of that length the newest rounds make. */
  private static int circles(List<String> rounds, int period) {
    int same = 0;
    int i = rounds.size() - 1;
    while (i >= period && rounds.get(i).equals(rounds.get(i - period))) {
      same++;
      i--;
    }
    return same == 0 ? 0 : (same + period) / period;
  }

  private static String digest(List<Call> calls) {
    var sha = sha256();
    for (var call : calls) {
      add(sha, call.tool());
      add(sha, call.checked() == null ? call.call().arguments() : call.args().text());
      add(sha, call.status().name());
      add(sha, String.valueOf(call.result()));
    }
    return HexFormat.of().formatHex(sha.digest(), 0, 16);
  }

  private static void add(MessageDigest sha, String text) {
    sha.update(text.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
