package io.tidegate.loop;

import org.jspecify.annotations.Nullable;

/**
 * Where something stands in a distributed trace, in the terms of W3C Trace Context. With a run it
 * is a fact: whoever takes the run up goes on in the same trace, and all that happens in the run
 * has ids that follow from it.
 *
 * @param id the trace: 32 hexadecimal digits
 * @param span the span: 16 hexadecimal digits
 * @param sampled whether the trace is kept
 * @param vendors what others carry along in {@code tracestate}, or empty
 * @param parent the span above, or null if there is none
 * @param since when the span began, in milliseconds since 1970
 */
public record Trace(
    String id, String span, boolean sampled, String vendors, @Nullable String parent, long since) {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  /** What tells others where they stand: the header {@code traceparent}. */
  public String traceparent() {
    return "00-" + id + "-" + span + (sampled ? "-01" : "-00");
  }

  /** Where one question to a model stands. */
  public Trace question(int turn, int attempt) {
    return below("chat " + turn + " " + attempt);
  }

  /**
   * Where a wave of a reply's calls stands, or the part of it between two rests of the run.
   *
   * @param part when the run went on after its last rest in the turn, in milliseconds since 1970,
   *     or 0 before its first
   */
  public Trace wave(int turn, int attempt, int wave, long part) {
    return below("wave " + turn + " " + attempt + " " + wave + " " + part);
  }

  /** Where one attempt at a call stands. */
  public Trace call(String call, int attempt) {
    return below("call " + call + " " + attempt);
  }

  /** Whoever is below a span that nobody keeps is below the last one that says so. */
  private Trace below(String what) {
    return sampled ? new Trace(id, hash(what), true, vendors, span, since) : this;
  }

  /** 64 bits that follow from the span and the name: FNV-1a, and a finish that spreads them. */
  private String hash(String what) {
    long hash = OFFSET;
    for (int i = 0; i < span.length(); i++) {
      hash = (hash ^ span.charAt(i)) * PRIME;
    }
    for (int i = 0; i < what.length(); i++) {
      hash = (hash ^ what.charAt(i)) * PRIME;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    hash ^= hash >>> 31;
    return hex(hash == 0 ? 1 : hash);
  }

  /** Sixteen hexadecimal digits. */
  public static String hex(long bits) {
    var digits = Long.toHexString(bits);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
