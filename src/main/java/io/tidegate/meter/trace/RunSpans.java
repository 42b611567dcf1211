package io.tidegate.meter.trace;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.Call;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.loop.Trace;
import io.tidegate.loop.Turn;
import io.tidegate.meter.trace.Spans.During;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one run that are not over, from its start or from where this process took it up to
 * its next rest. It lives on the run's context.
 */
final class RunSpans {
  /** The part of a turn before the run rested in it for the first time. */
  private static final long WHOLE = 0;

  private final Spans spans;
  private final Spans.Of of;
  private final Map<String, Integer> waveOf = new HashMap<>();
  private final Map<String, Sent> sent = new HashMap<>();
  private final Map<Place, Wave> waves = new HashMap<>();
  private Event.@Nullable ModelAsked asked;
  private long askedAt;
  private int turn;
  private int attempt;
  private long part = WHOLE;

  RunSpans(Spans spans, Spans.Of of) {
    this.spans = spans;
    this.of = of;
  }

  /** A wave of the calls of one reply. */
  private record Place(int turn, int attempt, int wave) {}

  /** A call that was sent and has no result. */
  private record Sent(Event.CallStarted started, long at, Wave wave) {}

  /** What a wave has come to so far. */
  private static final class Wave {
    private final Trace trace;
    private final long from;
    private final Set<String> calls = new HashSet<>();
    private long to;

    Wave(Trace trace, long from) {
      this.trace = trace;
      this.from = from;
      this.to = from;
    }
  }

  String run() {
    return of.run();
  }

  /**
   * What another process left under way: attempts that were broken off end here, and their waves go
   * on. When the run only waited, nothing was under way, and its waves have ended.
   */
  void takeUp(RunState state, long at) {
    turn = state.turn().number();
    attempt = state.turn().attempt();
    part = at;
    for (var call : state.calls()) {
      noteWave(call);
    }
    for (var call : state.calls()) {
      boolean orphaned = call.status() == Call.Status.ORPHANED;
      int brokenOff = brokenOff(call);
      if (orphaned || brokenOff > 0) {
        part = WHOLE;
        boolean again = call.attempt() != brokenOff && !orphaned;
        begin(
            new Event.CallStarted(
                call.id(), call.tool(), orphaned ? call.attempt() : brokenOff, call.eager()),
            again ? at : call.startedAt(),
            earliest(state, wave(call.id())));
      }
      if (brokenOff > 0) {
        end(call.id(), at, 0, Outcome.CANCELLED);
      }
    }
  }

  private void noteWave(Call call) {
    var checked = call.checked();
    waveOf.put(call.id(), checked == null ? 1 : checked.wave());
  }

  /**
   * Which attempt went down with its process, or 0: what may be sent again is, and may have been
   * already.
   */
  private static int brokenOff(Call call) {
    var contract = call.contract();
    if (contract == null || contract.effect() == SideEffect.WRITE) {
      return 0;
    }
    return switch (call.status()) {
      case APPROVED -> call.attempt();
      case RUNNING -> call.attempt() - 1;
      default -> 0;
    };
  }

  private long earliest(RunState state, int wave) {
    return state.calls().stream()
        .filter(call -> call.startedAt() > 0 && wave(call.id()) == wave)
        .mapToLong(Call::startedAt)
        .min()
        .orElse(state.at());
  }

  private int wave(String call) {
    return waveOf.getOrDefault(call, 1);
  }

  /** An entry of the run. */
  void happened(Entry entry) {
    long at = entry.at();
    switch (entry.event()) {
      case Event.ModelAsked event -> ask(event, at);
      case Event.Replied replied -> answered(at, replied.reply(), null);
      case Event.ModelFailed failed -> failed(failed, at);
      case Event.Checked checked -> waveOf.put(checked.call(), checked.wave());
      case Event.CallStarted started -> begin(started, at, at);
      case Event.CallReturned returned when !returned.late() -> returned(returned, at);
      case Event.Suspended _ -> rest(at);
      case Event.Stopped(var stop) -> stop(stop, at);
      default -> {}
    }
  }

  private void ask(Event.ModelAsked event, long at) {
    asked = event;
    askedAt = at;
    turn = event.turn();
    attempt = event.attempt();
    part = WHOLE;
  }

  /** A question that another process put has left no word of when that was. */
  private void failed(Event.ModelFailed failed, long at) {
    if (asked == null) {
      ask(new Event.ModelAsked(failed.turn(), failed.attempt(), 0, ""), at);
    }
    answered(at, null, failed.failure());
  }

  private void answered(long at, @Nullable Reply reply, @Nullable ModelFailure failure) {
    if (asked != null) {
      spans.question(of, asked, new During(askedAt, at), reply, failure);
      asked = null;
    }
  }

  private void begin(Event.CallStarted started, long at, long waveFrom) {
    var before = sent.get(started.call());
    if (before != null && before.started().attempt() != started.attempt()) {
      end(started.call(), at, 0, Outcome.CANCELLED);
    }
    int number = wave(started.call());
    var wave =
        waves.computeIfAbsent(
            new Place(turn, attempt, number),
            _ -> new Wave(of.trace().wave(turn, attempt, number, part), waveFrom));
    wave.calls.add(started.call());
    sent.put(started.call(), new Sent(started, at, wave));
  }

  private void returned(Event.CallReturned returned, long at) {
    var failed = returned.outcome() == Outcome.SUCCEEDED ? null : returned.outcome();
    end(returned.call(), at, returned.tries(), failed);
  }

  private void end(String call, long at, int tries, @Nullable Outcome failed) {
    var over = sent.remove(call);
    if (over != null) {
      over.wave().to = Math.max(over.wave().to, at);
      spans.call(of, over.started(), over.wave().trace, new During(over.at(), at), tries, failed);
    }
  }

  private void rest(long at) {
    answered(at, null, null);
    for (var call : new ArrayList<>(sent.keySet())) {
      end(call, at, 0, Outcome.CANCELLED);
    }
    for (var place : new ArrayList<>(waves.keySet())) {
      close(place);
    }
  }

  private void stop(Stop stop, long at) {
    rest(at);
    spans.run(of, stop, at);
  }

  /** Ends the waves all of whose calls have their results. */
  void settle(RunState state) {
    for (var wave : List.copyOf(waves.entrySet())) {
      if (settled(wave.getKey(), wave.getValue(), state)) {
        close(wave.getKey());
      }
    }
  }

  private boolean settled(Place place, Wave open, RunState state) {
    var now = state.turn();
    boolean under = now.number() == place.turn() && now.attempt() == place.attempt();
    if (under && now.stage() == Turn.Stage.REPLIED) {
      return now.calls().stream()
          .filter(call -> wave(call.id()) == place.wave())
          .allMatch(Call::answered);
    }
    return !under && open.calls.stream().noneMatch(sent::containsKey);
  }

  private void close(Place place) {
    var wave = waves.remove(place);
    if (wave != null) {
      spans.wave(
          of,
          wave.trace,
          new During(wave.from, wave.to),
          place.turn(),
          place.wave(),
          wave.calls.size());
    }
  }
}
