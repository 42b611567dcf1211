package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Transcript;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sees to it that a simulated run keeps the promises of the loop at every moment. */
final class Watch {
  private final Map<String, ToolCall> ids = new HashMap<>();
  private final Map<String, Event.Ruled> ruled = new HashMap<>();
  private final Set<String> approved = new HashSet<>();
  private final Set<String> sentWrites = new HashSet<>();
  private final Map<String, Set<String>> startedByRun = new HashMap<>();

  /** Before an entry is recorded. */
  void entry(RunState before, Entry entry) {
    switch (entry.event()) {
      case Event.Sealed sealed -> named(sealed.call());
      case Event.Replied replied -> Part.calls(replied.reply().parts()).forEach(this::named);
      case Event.Ruled said -> ruled.put(said.call(), said);
      case Event.Decided decided -> {
        if (decided.approved()) {
          approved.add(decided.call());
        }
      }
      case Event.InputRequested asked -> {
        var rule = ruled.get(asked.call());
        assertThat(rule.verdict() == Verdict.ALLOW || approved.contains(asked.call()))
            .as("%s asks a person though %s", asked.call(), rule.verdict())
            .isTrue();
      }
      case Event.CallReturned returned -> mayRunAgain(before, returned);
      case Event.OutcomeDecided decided -> {
        if (decided.resolution() == Event.Resolution.RERUN) {
          sentWrites.remove(decided.call());
        }
      }
      case Event.Asked _ -> {
        sentWrites.clear();
        ids.clear();
      }
      default -> {}
    }
  }

  /** An id names one call for ever. */
  private void named(ToolCall call) {
    var before = ids.put(call.id(), call);
    assertThat(before == null || before.equals(call)).as("two calls are named %s", call).isTrue();
  }

  private void mayRunAgain(RunState before, Event.CallReturned returned) {
    var call = before.anyCall(returned.call()).orElse(null);
    if (call != null
        && call.contract() != null
        && call.contract().onUnknown() == OnUnknown.RETRY
        && returned.outcome() == Outcome.UNKNOWN) {
      sentWrites.remove(returned.call());
    }
  }

  /** Before a call is sent. */
  void starts(RunState state, Event.CallStarted started) {
    var call = state.anyCall(started.call()).orElseThrow();
    boolean writes = call.contract().effect() == SideEffect.WRITE;
    assertThat(call.contract().effect() == SideEffect.READ || !started.eager())
        .as("%s changes something and starts eagerly", call)
        .isTrue();
    assertThat(!writes || sentWrites.add(call.id())).as("%s is sent twice", call).isTrue();
    var rule = ruled.get(call.id());
    assertThat(rule).as("%s was not ruled on", call).isNotNull();
    assertThat(
            rule.verdict() == Verdict.ALLOW
                || (rule.verdict() == Verdict.ASK && approved.contains(call.id())))
        .as("%s is sent though %s", call, rule.verdict())
        .isTrue();
    var calls = startedByRun.computeIfAbsent(state.run(), _ -> new HashSet<>());
    calls.add(call.id());
    assertThat(calls).as("calls of a run").hasSizeLessThanOrEqualTo(state.limits().toolCalls());
  }

  void inFlight(RunState state, long calls) {
    assertThat(calls).isLessThanOrEqualTo(state.limits().parallel());
  }

  /** What the loop wants. */
  void wanted(RunState state, List<Effect> wanted) {
    assertThat(wanted.stream().map(Effect::key)).doesNotHaveDuplicates();
    if (wanted.stream().anyMatch(Effect.AskModel.class::isInstance)) {
      assertThat(Transcript.flaw(state.transcript())).isEmpty();
      answeredOnce(state.transcript());
    }
    if (state.phase() == Phase.RUNNING) {
      assertThat(wanted).as("a run under way with nothing to do").isNotEmpty();
    }
    nothingWaitsInVain(state, wanted);
  }

  private static void answeredOnce(List<Message> transcript) {
    for (int i = 0; i < transcript.size(); i++) {
      if (transcript.get(i) instanceof Message.Assistant said && !said.calls().isEmpty()) {
        assertThat(transcript.get(i + 1))
            .isInstanceOfSatisfying(
                Message.Results.class,
                results ->
                    assertThat(results.results().stream().map(ToolResult::call))
                        .containsExactlyElementsOf(
                            said.calls().stream().map(ToolCall::id).toList()));
      } else if (transcript.get(i) instanceof Message.Results) {
        assertThat(transcript.get(i - 1)).isInstanceOf(Message.Assistant.class);
        assertThat(((Message.Assistant) transcript.get(i - 1)).calls()).isNotEmpty();
      }
    }
  }

  private static void nothingWaitsInVain(RunState state, List<Effect> wanted) {
    if (state.phase() != Phase.RUNNING
        || state.ending() != null
        || state.turn().stage() != Turn.Stage.REPLIED
        || state.turn().reply().finish().cutOff()) {
      return;
    }
    var starts =
        wanted.stream().filter(Effect.Start.class::isInstance).map(it -> (Effect.Start) it);
    var started = new HashSet<>(starts.map(Effect.Start::call).toList());
    wanted.forEach(
        it -> {
          if (it instanceof Effect.AskInput asked) {
            started.add(asked.call());
          }
        });
    boolean unchecked =
        state.calls().stream()
            .anyMatch(it -> it.status() == Call.Status.PROPOSED && it.ruled() == null);
    if (started.size() >= state.limits().parallel() || unchecked) {
      return;
    }
    for (var call : state.calls()) {
      if (ready(call, state.calls())
          && !mayAdopt(call, state)
          && !state.badAnswers().disabled(call.tool())) {
        assertThat(started).as("%s is ready but waits", call).contains(call.id());
      }
    }
  }

  private static boolean ready(Call call, List<Call> calls) {
    boolean may =
        (call.status() == Call.Status.APPROVED && !call.denied())
            || (call.status() == Call.Status.PROPOSED && call.allowed());
    return may
        && calls.stream()
            .filter(other -> call.contract().after().contains(other.tool()))
            .allMatch(other -> other.status() == Call.Status.SUCCEEDED)
        && calls.subList(0, calls.indexOf(call)).stream()
            .filter(other -> other.tool().equals(call.tool()) && shares(other, call))
            .allMatch(Call::answered);
  }

  private static boolean shares(Call one, Call other) {
    return one.checked() != null
        && one.checked().exclusive().stream().anyMatch(other.checked().exclusive()::contains);
  }

  private static boolean mayAdopt(Call call, RunState state) {
    return state.turn().voided().stream()
        .anyMatch(other -> other.tool().equals(call.tool()) && other.args().equals(call.args()));
  }

  /** When nothing more will happen. */
  void atRest(List<Entry> entries, RunState state) {
    var stops = new TreeMap<String, Integer>();
    var begun = new HashSet<String>();
    for (var entry : entries) {
      if (entry.event() instanceof Event.Stopped) {
        stops.merge(entry.run(), 1, Integer::sum);
      } else if (entry.event() instanceof Event.Asked || entry.event() instanceof Event.Queued) {
        begun.add(entry.run());
      }
    }
    assertThat(stops.values()).allMatch(count -> count == 1);
    if (state.phase() == Phase.SUSPENDED) {
      begun.remove(state.run());
      state.queue().forEach(waiting -> begun.remove(waiting.run()));
    } else {
      assertThat(state.phase()).isEqualTo(Phase.IDLE);
      assertThat(state.queue()).isEmpty();
    }
    assertThat(stops.keySet()).isEqualTo(begun);
    assertThat(state.data()).isEqualTo(Json.EMPTY_OBJECT);
  }
}
