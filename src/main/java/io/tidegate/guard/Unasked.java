package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.run.Model.Failed;
import org.jspecify.annotations.Nullable;

/** Failures of questions that no provider answered because the gateway did not ask, or go on. */
final class Unasked {
  private Unasked() {}

  /**
   * @param sent whether the provider may have begun by then
   */
  static Failed cancelled(boolean sent) {
    return new Failed(ModelFailure.of(Kind.UNREACHABLE, "the call was cancelled"), !sent);
  }

  static Failed lineFull(String target) {
    return failed(
        Kind.OVERLOADED, "too many questions wait for '" + target + "' in this gateway already");
  }

  static Failed noPlace(String target, int most) {
    return failed(
        Kind.OVERLOADED,
        "'%s' had %d questions of all gateways under way all the time, which is as many as may be"
            .formatted(target, most));
  }

  static Failed open(String target, long waitMs) {
    return failed(
        Kind.UNREACHABLE,
        "'%s' is not asked, for too many calls to it failed of late; it is tried again in %d ms"
            .formatted(target, waitMs));
  }

  static Failed cooling(String target, Kind why, long waitMs) {
    var sentence =
        switch (why) {
          case UNAUTHORIZED -> "no key for '%s' is accepted".formatted(target);
          default -> "'%s' wants to be asked no more for %d ms".formatted(target, waitMs);
        };
    return new Failed(new ModelFailure(why, sentence, waitMs), true);
  }

  private static Failed failed(Kind kind, String sentence) {
    return new Failed(ModelFailure.of(kind, sentence), true);
  }

  /** Whether the question certainly cost nothing. */
  static boolean free(Throwable thrown) {
    return thrown instanceof Failed failed && failed.free();
  }

  /** The failure in whatever a question failed with, or null if that is a bug. */
  static @Nullable ModelFailure in(Throwable thrown) {
    return thrown instanceof Failed failed ? failed.failure() : null;
  }
}
