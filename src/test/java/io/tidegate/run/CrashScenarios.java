package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Call;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Sessions.OnBusy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A process dies after any entry of the journal, and another goes on. */
class CrashScenarios {
  private static final String ANSWER = "All is posted.";
  private static Vertx vertx;

  @BeforeAll
  static void start() {
    vertx = Bench.oneLoop();
  }

  @AfterAll
  static void stop() {
    Bench.await(vertx.close());
  }

  /** Looks two things up while it still streams, writes in three ways, and answers. */
  private static Reply script(Ask ask) {
    return switch (replies(ask)) {
      case 0 -> reply(ask, "", "look:1", "post:2", "put:3", "find:4");
      case 1 -> reply(ask, "", "beep:5", "book:6", "book:6");
      default -> reply(ask, ANSWER);
    };
  }

  private static Bench bench() {
    var bench = new Bench(vertx);
    bench.model.answers(CrashScenarios::script);
    bench.toolbox.answers(FakeToolbox::succeeded);
    return bench;
  }

  @Test
  void whereverAProcessDiesTheNextOneEndsInTheSamePlaceAndSendsNoWriteTwice() {
    var first = bench();
    first.model.answers(_ -> null);
    first.begin();
    first.untilAsked(1);
    first.model.answers(CrashScenarios::script);
    first.act(() -> sealsAndAnswers(first.model.last()));
    first.stopped(1);
    var log = first.log();
    assertThat(log).hasSizeGreaterThan(30);
    for (int length = 2; length <= log.size(); length++) {
      goesOn(log.subList(0, length));
    }
  }

  private static void sealsAndAnswers(ScriptedModel.Question asked) {
    asked.sink.sealed(ScriptedModel.call(asked.ask, 0, "look:1"));
    asked.answer(script(asked.ask));
  }

  private static void goesOn(List<Entry> prefix) {
    var second = bench();
    var state = fold(prefix);
    var status = state.phase() == RunState.Phase.RUNNING ? Status.RUNNING : Status.IDLE;
    second.left(status, prefix).restarted();
    boolean stopped = prefix.getLast().event() instanceof Event.Stopped;
    if (!stopped) {
      untilStopped(second);
    }
    second.untilNothingIsDriven();
    second.check();
    var stops = second.events(Event.Stopped.class);
    assertThat(stops).as("after %s", prefix.getLast()).hasSize(1);
    assertThat(stops.getFirst().stop().output()).isEqualTo(Json.string(ANSWER));
    assertThat(sentAgain(prefix, second)).as("after %s", prefix.getLast()).isEmpty();
  }

  private static RunState fold(List<Entry> entries) {
    var state = RunState.EMPTY;
    for (var entry : entries) {
      state = state.after(entry);
    }
    return state;
  }

  /** Time passes, and people say of unknown outcomes that it happened. */
  private static void untilStopped(Bench bench) {
    bench.until(
        "the run stops",
        () -> {
          bench.time.advance(1_000);
          for (var call : unknown(bench)) {
            bench
                .sessions()
                .settle(Bench.SESSION, call, Event.Resolution.HAPPENED, null, "", "test");
          }
          return bench.heard.stops.get() > 0;
        });
  }

  private static List<String> unknown(Bench bench) {
    var state = fold(bench.log());
    return state.phase() != RunState.Phase.SUSPENDED
        ? List.of()
        : state.calls().stream()
            .filter(call -> call.status() == Call.Status.UNKNOWN)
            .map(Call::id)
            .toList();
  }

  /** Writes that the first process may have sent and the second sent again without leave. */
  private static Set<String> sentAgain(List<Entry> prefix, Bench second) {
    var before = new HashSet<String>();
    for (var entry : prefix) {
      if (entry.event() instanceof Event.CallStarted started
          && Set.of("post", "book").contains(started.tool())) {
        before.add(started.call());
      }
    }
    var again = new HashSet<String>();
    var seen = new HashSet<>(before);
    for (var sent : second.toolbox.sent()) {
      var call = sent.invocation;
      if (Set.of("post", "book").contains(call.contract().name()) && !seen.add(call.call())) {
        again.add(call.call());
      }
    }
    return again;
  }

  @Test
  void aWriteOfADeadProcessIsUnknownOnlyWhenItsOwnTimeoutHasPassed() {
    var bench = bench();
    bench.toolbox.answers(_ -> null);
    bench.model.answers(ask -> reply(ask, "", "post:1"));
    bench.begin();
    bench.untilSent(1);
    bench.restarted();
    bench.advance(4_999);
    bench.calm();
    assertThat(bench.events(Event.CallReturned.class)).isEmpty();
    bench.advance(1);
    bench.suspended(1);
    assertThat(bench.toolbox.sent()).hasSize(1);
  }

  @Test
  void anOldProcessThatWakesUpWritesNothing() {
    var bench = bench();
    bench.toolbox.answers(_ -> null);
    bench.model.answers(ask -> reply(ask, "", "look:1"));
    bench.begin();
    bench.untilSent(1);
    var old = bench.sessions();
    bench.restarted();
    bench.untilSent(2);
    int length = bench.log().size();
    bench.act(bench.toolbox.sent().getFirst()::succeed);
    bench.until("the old process drops the run", () -> old.active() == 0);
    bench.calm();
    assertThat(bench.log()).hasSize(length);
  }

  @Test
  void aTranscriptWithAnOpenCallIsNeverSentToAModel() {
    var bench = bench();
    var ask = new Ask(null, "", List.of(), List.of(), null, null, "r0", 1, null);
    var events =
        List.<Event>of(
            new Event.Opened("agent", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "test"),
            new Event.Asked(bench.pins.get("agent"), "Go.", Json.EMPTY_OBJECT, "test"),
            new Event.ModelAsked(1, 1, 0, "model"),
            new Event.Replied(1, 1, reply(ask, "", "post:1"), Usd.ZERO),
            new Event.Replied(1, 1, reply(ask, "No log of ours says this."), Usd.ZERO));
    var entries =
        IntStream.range(0, events.size())
            .mapToObj(i -> new Entry(i + 1, bench.time.now(), "r0", events.get(i)))
            .toList();
    bench.left(Status.RUNNING, entries).restarted();
    bench.stopped(1);
    bench.begin();
    assertThat(bench.stopped(2).detail()).contains("calls without a result");
    assertThat(bench.model.questions()).isEmpty();
  }

  @Test
  void hundredsOfRunsAreTakenUp() {
    var bench = bench();
    bench.model.answers(_ -> null);
    for (int i = 0; i < 300; i++) {
      bench.on(() -> bench.sessions().start(bench.start(null, Sessions.OnBusy.REJECT, null)));
    }
    bench.untilAsked(300);
    bench.model.answers(ask -> reply(ask, ANSWER));
    bench.restarted();
    bench.until("all are taken up", () -> bench.heard.taken.get() == 300);
    bench.untilNothingIsDriven();
    assertThat(bench.heard.stops).hasValue(300);
  }

  @Test
  void aJournalThatIsSilentAtTheStartKeepsNoRunFromBeingTakenUp() {
    var bench = bench();
    bench.model.answers(_ -> null);
    for (int i = 0; i < 3; i++) {
      bench.on(() -> bench.sessions().start(bench.start(null, Sessions.OnBusy.REJECT, null)));
    }
    bench.untilAsked(3);
    bench.model.answers(ask -> reply(ask, ANSWER));
    bench.journal.silence(3);
    bench.restarted();
    for (int second = 0; second < 3; second++) {
      bench.calm();
      bench.advance(1_000);
    }
    bench.until("all have stopped", () -> bench.heard.stops.get() == 3);
  }

  @Test
  void deathsOfTheProcessUseUpNoTriesOfTheTarget() {
    var bench = bench();
    bench.model.answers(_ -> null);
    bench.begin();
    bench.untilAsked(1);
    for (int death = 1; death <= 5; death++) {
      bench.restarted();
      bench.untilAsked(1 + death);
    }
    bench.act(() -> bench.model.last().fail(Kind.UNREACHABLE));
    bench.advance(60_000);
    bench.untilAsked(7);
    bench.act(() -> bench.model.last().answer(reply(bench.model.last().ask, ANSWER)));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void anAppendThatWasRefusedForNothingIsMadeAnewAndTheRunGoesOn() {
    var bench = bench();
    bench.toolbox.answers(_ -> null);
    bench.model.answers(ask -> replies(ask) == 0 ? reply(ask, "", "look:1") : reply(ask, ANSWER));
    bench.begin();
    bench.untilSent(1);
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.journal.failNext(new Refused(Refused.Why.STALE_HEAD, "its request came late"), 1);
    bench.act(bench.toolbox.sent().getFirst()::succeed);
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.Resumed.class)).isEmpty();
    assertThat(bench.toolbox.sent()).hasSize(1);
  }

  @Test
  void aProcessThatLeavesLetsAWriteComeBackAndBreaksOffTheRest() {
    var bench = bench();
    bench.toolbox.answers(_ -> null);
    bench.model.answers(ask -> reply(ask, "", "post:1", "look:2"));
    bench.begin();
    bench.untilSent(2);
    var left = new AtomicBoolean();
    bench.act(() -> bench.sessions().leave(Duration.ofSeconds(8)).onSuccess(_ -> left.set(true)));
    bench.until("the read is broken off", () -> bench.toolbox.sent("c2").cancelled);
    assertThat(left).isFalse();
    assertThat(bench.refused(() -> bench.sessions().start(bench.start("s2", OnBusy.REJECT, null))))
        .isEqualTo(Rejection.Kind.UNAVAILABLE);
    bench.act(() -> bench.toolbox.sent("c1").succeed());
    bench.until("it has left", left::get);
    assertThat(bench.sessions().active()).isZero();
    assertThat(bench.events(Event.CallReturned.class))
        .extracting(Event.CallReturned::tool)
        .containsExactly("post");

    bench.model.answers(ask -> reply(ask, ANSWER));
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.restarted();
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.toolbox.sent())
        .extracting(sent -> sent.invocation.contract().name())
        .containsExactly("post", "look", "look");
  }

  @Test
  void aProcessThatLeavesWaitsForAWriteNoLongerThanItsGrace() {
    var bench = bench();
    bench.toolbox.answers(_ -> null);
    bench.model.answers(ask -> reply(ask, "", "post:1"));
    bench.begin();
    bench.untilSent(1);
    bench.on(() -> bench.sessions().leave(Duration.ofMillis(50)));
    assertThat(bench.sessions().active()).isZero();
    bench.act(() -> bench.toolbox.sent("c1").succeed());
    bench.until(
        "what comes back is a fact all the same",
        () -> bench.log().getLast().event() instanceof Event.CallReturned);
  }
}
