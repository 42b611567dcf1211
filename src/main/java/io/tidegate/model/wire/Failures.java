package io.tidegate.model.wire;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.run.Model.Failed;

/** Failures that a decoder finds, as the exceptions that carry them out. */
public final class Failures {
  private Failures() {}

  public static Failed malformed(String sentence) {
    return new Failed(ModelFailure.of(Kind.MALFORMED, sentence));
  }

  public static Failed rejected(String sentence) {
    return new Failed(ModelFailure.of(Kind.REJECTED, sentence));
  }

  /** The stream was over, but not the reply. */
  public static Failed endedBefore(String mark) {
    return new Failed(ModelFailure.of(Kind.UNREACHABLE, "the stream ended before " + mark));
  }
}
