package io.tidegate.meter;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.SessionId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Measures how long eager calls ran before the reply that holds them was complete. */
final class EagerWatch {
  /** Replies in the stream that have eager calls: as many as active runs at most. */
  private final Map<SessionId, Map<String, Span>> open = new ConcurrentHashMap<>();

  private record Span(long from, long to) {
    private static final long RUNNING = Long.MAX_VALUE;

    double secondsBefore(long at) {
      return Math.max(0, Math.min(to, at) - from) / 1000.0;
    }
  }

  /** The seconds that a reply saved: 0 if it had no eager calls, and for all other entries. */
  double recorded(SessionId session, Entry entry) {
    return switch (entry.event()) {
      case Event.CallStarted started when started.eager() -> {
        open.computeIfAbsent(session, _ -> new HashMap<>())
            .put(started.call(), new Span(entry.at(), Span.RUNNING));
        yield 0;
      }
      case Event.CallReturned returned -> {
        var spans = open.get(session);
        if (spans != null) {
          spans.computeIfPresent(returned.call(), (_, span) -> new Span(span.from(), entry.at()));
        }
        yield 0;
      }
      case Event.Replied _ -> {
        var spans = open.remove(session);
        yield spans == null
            ? 0
            : spans.values().stream().mapToDouble(span -> span.secondsBefore(entry.at())).sum();
      }
      // What was open when the session was lost ended elsewhere: a new question finds none.
      case Event.ModelAsked _, Event.ModelFailed _, Event.Suspended _, Event.Stopped _ -> {
        open.remove(session);
        yield 0;
      }
      default -> 0;
    };
  }

  /** All sessions are others' by now. */
  void forget() {
    open.clear();
  }
}
