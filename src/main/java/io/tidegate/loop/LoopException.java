package io.tidegate.loop;

/**
 * An event that can't follow on a state: a bug, or a journal that somebody changed. It ends the
 * run, never the process.
 */
public final class LoopException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private LoopException(String message) {
    super(message);
  }

  static LoopException illegal(RunState state, Entry entry, String why) {
    return new LoopException(
        "entry %d (%s) can't follow on %s of run '%s': %s"
            .formatted(
                entry.seq(),
                entry.event().getClass().getSimpleName(),
                state.phase(),
                state.run(),
                why));
  }
}
