package io.tidegate.model.wire;

import io.tidegate.conversation.Part;
import java.util.Optional;

/** A part of a reply while it grows. */
sealed interface PartDraft permits TextDraft, ThoughtDraft, CallDraft {
  /** The part as it stands, or nothing if it came to nothing. */
  Optional<Part> part();
}
