package io.tidegate.benchmark;

import java.util.Arrays;

/**
 * What a load came to.
 *
 * @param asked runs that were asked for
 * @param completed those that ended as they should
 * @param trouble how the first ended that did not, or empty
 * @param sortedMicros for each of these the time from when it was due to when its stream ended
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Sample(int asked, int completed, String trouble, long[] sortedMicros) {
  static Sample of(int asked, String trouble, long[] micros) {
    var sorted = micros.clone();
    Arrays.sort(sorted);
    return new Sample(asked, sorted.length, trouble, sorted);
  }

  /** All ended as they should. */
  Sample sound(String what) {
    if (completed != asked) {
      throw new IllegalStateException(
          "%s: of %d runs %d completed; %s"
              .formatted(what, asked, completed, trouble.isEmpty() ? "others go on" : trouble));
    }
    return this;
  }

  double p50Ms() {
    return percentileMs(0.50);
  }

  double p99Ms() {
    return percentileMs(0.99);
  }

  private double percentileMs(double share) {
    int rank = (int) Math.ceil(share * sortedMicros.length);
    return sortedMicros[Math.max(0, rank - 1)] / 1_000.0;
  }
}
