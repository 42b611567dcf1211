package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.run.Model.Failed;
import org.jspecify.annotations.Nullable;

/** Failures of questions that were never put to a provider. */
final class Unasked {
  private Unasked() {}

  static Failed cancelled() {
    return failed(Kind.UNREACHABLE, "the call was cancelled");
  }

  static Failed lineFull(String target) {
    return failed(
        Kind.OVERLOADED, "too many questions wait for '" + target + "' in this gateway already");
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
    return new Failed(new ModelFailure(why, sentence, waitMs));
  }

  private static Failed failed(Kind kind, String sentence) {
    return new Failed(ModelFailure.of(kind, sentence));
  }

  /** The failure in whatever a question failed with, or null if that is a bug. */
  static @Nullable ModelFailure in(Throwable thrown) {
    return thrown instanceof Failed failed ? failed.failure() : null;
  }
}
