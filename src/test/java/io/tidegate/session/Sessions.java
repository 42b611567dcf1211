package io.tidegate.session;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** Sessions and entries for tests. */
final class Sessions {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private Sessions() {}

  /** A session that no other test has. */
  static SessionId fresh() {
    return fresh("default");
  }

  static SessionId fresh(String tenant) {
    return new SessionId(tenant, "s_" + NEXT.incrementAndGet());
  }

  static SessionId child(SessionId parent) {
    return new SessionId(parent.tenant(), parent.id() + ".f" + NEXT.incrementAndGet());
  }

  static Entry opened(String agent) {
    return entry(1, new Event.Opened(agent, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "ci"));
  }

  static Entry entry(long seq, Event event) {
    return new Entry(seq, 1_000 + seq, "", event);
  }

  /** A state of so many characters. */
  static Entry state(long seq, int length) {
    return entry(seq, new Event.StateSet(Json.string("x".repeat(length)), "ci"));
  }

  static List<Entry> states(long first, int count) {
    return LongStream.range(first, first + count).mapToObj(seq -> state(seq, 1)).toList();
  }

  static Journal.Batch created() {
    return batch(1, 0, Status.IDLE, opened("reconciler"));
  }

  static Journal.Batch batch(long epoch, long head, Status status, Entry... entries) {
    return new Journal.Batch("replica-1", epoch, head, 0, List.of(entries), status, Map.of());
  }

  static Journal.Batch batch(long epoch, long head, List<Entry> entries) {
    return new Journal.Batch("replica-1", epoch, head, 0, entries, Status.IDLE, Map.of());
  }
}
