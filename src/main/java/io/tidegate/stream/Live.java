package io.tidegate.stream;

import io.tidegate.loop.Entry;
import io.tidegate.run.RunListener.Delta;
import org.jspecify.annotations.Nullable;

/** Something that just happened in a run, encoded once for all who follow its session. */
sealed interface Live {
  int bytes();

  /** The seq of the last entry before it. */
  long after();

  /** An entry that is in the journal now; event is null if clients do not see it. */
  record Recorded(Entry entry, @Nullable PublicEvent event) implements Live {
    @Override
    public int bytes() {
      return event == null ? 0 : event.json().length();
    }

    @Override
    public long after() {
      return entry.seq() - 1;
    }
  }

  /** A piece of a reply. */
  record Streamed(Delta delta, PublicEvent event) implements Live {
    @Override
    public int bytes() {
      return event.json().length();
    }

    @Override
    public long after() {
      return delta.after();
    }
  }
}
