package io.tidegate.hook;

import io.tidegate.loop.Entry;
import io.tidegate.run.HookListener;
import io.tidegate.run.Ids;
import io.tidegate.run.Journal;
import io.tidegate.run.Outbox;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** All that webhooks need of the gateway. */
public record HookShell(
    Journal journal, Outbox outbox, Wording wording, Time time, Ids ids, HookListener listener) {

  /** Says what an entry is to the public: a JSON object in UTF-8, or null if it is nothing. */
  @FunctionalInterface
  public interface Wording {
    @Nullable Buffer of(SessionId session, Entry entry);
  }
}
