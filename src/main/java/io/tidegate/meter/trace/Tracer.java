package io.tidegate.meter.trace;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Trace;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes spans of what is in the journal, run by run. */
final class Tracer implements RunListener {
  /** Runs whose spans are open; those above that go untraced. */
  static final int MOST = 100_000;

  private final Spans spans;
  private final Map<SessionId, RunSpans> open = new ConcurrentHashMap<>();

  Tracer(Spans spans) {
    this.spans = spans;
  }

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    for (var entry : entries) {
      var run = of(session, entry, state);
      if (run != null) {
        run.happened(entry);
        if (rests(entry.event())) {
          open.remove(session);
        }
      }
    }
    var still = open.get(session);
    if (still != null && still.run().equals(state.run())) {
      still.settle(state);
    }
  }

  private static boolean rests(Event event) {
    return event instanceof Event.Suspended || event instanceof Event.Stopped;
  }

  private @Nullable RunSpans of(SessionId session, Entry entry, RunState state) {
    if (entry.event() instanceof Event.Asked asked) {
      return open(session, entry.run(), asked.pin(), asked.trace());
    }
    var known = open.get(session);
    if (known != null && known.run().equals(entry.run())) {
      return known;
    }
    boolean here = takesUp(entry.event()) && state.run().equals(entry.run());
    return here ? takenUp(session, entry, state) : null;
  }

  /** What only the process that drives a session writes when it goes on with a run. */
  private static boolean takesUp(Event event) {
    return event instanceof Event.Resumed || event instanceof Event.ModelFailed;
  }

  private @Nullable RunSpans takenUp(SessionId session, Entry entry, RunState state) {
    var run = open(session, entry.run(), state.requirePin(), state.trace());
    if (run != null) {
      run.takeUp(state, entry.at());
    }
    return run;
  }

  private @Nullable RunSpans open(SessionId session, String run, Pin pin, @Nullable Trace trace) {
    if (trace == null || !trace.sampled() || open.size() >= MOST) {
      return null;
    }
    var spans = new RunSpans(this.spans, new Spans.Of(session, run, pin, trace));
    open.put(session, spans);
    return spans;
  }

  /** Whoever takes the sessions up goes on with their spans. */
  @Override
  public void leaseLost(int sessions) {
    open.clear();
  }
}
