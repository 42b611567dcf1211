package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Reply;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Model.Ask;
import io.tidegate.tool.JsonStates;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process leaves, or has no room, and others go on: without waiting, and without gaps. */
class HandoverScenarios {
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static Vertx vertx;
  private Bench bench;

  @BeforeAll
  static void start() {
    vertx = Bench.oneLoop();
  }

  @AfterAll
  static void stop() {
    Bench.await(vertx.close());
  }

  @BeforeEach
  void setUp() {
    bench = new Bench(vertx);
  }

  private static Reply script(Ask ask) {
    return replies(ask) == 0 ? reply(ask, "", "look:1", "look:2") : reply(ask, "Done.");
  }

  private Node node() {
    return new Node(bench, HandoverScenarios::script);
  }

  private Node silent() {
    return new Node(bench, _ -> null);
  }

  private AtomicBoolean leaves(Node node) {
    var left = new AtomicBoolean();
    bench.act(() -> node.sessions.leave(GRACE).onComplete(_ -> left.set(true)));
    return left;
  }

  @Test
  void theStepEndsAndAnotherGoesOnWithoutWaitingForTheLease() {
    var leaver = silent().begin();
    var other = node();
    var left = leaves(leaver);
    bench.calm();
    assertThat(left).isFalse();
    assertThat(leaver.model.last().cancelled).isFalse();
    leaver.answer("", "look:1");
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    bench.until("it has left", left::get);
    assertThat(leaver.toolbox.sent()).isEmpty();
    assertThat(other.toolbox.sent()).hasSize(1);
    other.untilNothingIsDriven();
    assertThat(bench.on(bench.queue::size)).isZero();
  }

  @Test
  void aCallThatWaitsForItsTurnIsSentByTheOther() {
    var leaver = silent();
    leaver.toolbox.concurrency("look", 1).answers(_ -> null);
    leaver.begin();
    leaver.answer("", "look:1", "look:2");
    leaver.untilSent(1);
    var other = node();
    var left = leaves(leaver);
    bench.act(leaver.toolbox.sent().getFirst()::succeed);
    bench.untilStops(1);
    bench.until("it has left", left::get);
    assertThat(leaver.toolbox.sent()).hasSize(1);
    assertThat(other.toolbox.sent()).hasSize(1);
  }

  @Test
  void aQuestionThatWaitsForItsNextTryIsPutByTheOther() {
    var leaver = silent().begin();
    bench.act(() -> leaver.model.last().failFor(2_000));
    bench.calm();
    var other = node();
    var left = leaves(leaver);
    bench.until("it has left", left::get);
    bench.pass(5_000);
    bench.untilStops(1);
    assertThat(leaver.model.questions()).hasSize(1);
    assertThat(other.model.questions()).hasSize(2);
    assertThat(other.toolbox.sent()).hasSize(2);
  }

  @Test
  void whatIsSaidToALeavingProcessIsKept() {
    var leaver = silent().begin();
    var other = node();
    var left = leaves(leaver);
    var run = bench.log().getLast().run();
    bench.on(() -> other.sessions.cancel(Bench.SESSION, run, "Enough.", "test"));
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.CANCELLED);
    bench.until("it has left", left::get);
    assertThat(leaver.model.last().cancelled).isTrue();
  }

  @Test
  void aSessionThatAnotherLooksAtTooEarlyIsHandedOverAllTheSame() {
    var leaver = silent().begin();
    var other = node();
    leaver.wire.hold("Journal.release");
    leaves(leaver);
    leaver.answer("", "look:1");
    bench.until("it is in line", () -> Bench.await(bench.queue.size()) == 1);
    bench.pass(3_000);
    assertThat(other.toolbox.sent()).isEmpty();
    bench.act(() -> leaver.wire.letGo("Journal.release"));
    bench.untilStops(1);
    assertThat(other.toolbox.sent()).hasSize(1);
  }

  @Test
  void aRunThatAnotherLooksForTooEarlyIsBegunAllTheSame() {
    bench.limits(new GatewayLimits(1, 100, 10, 0, 0));
    var full = silent();
    full.start("busy");
    full.untilAsked(1);
    var other = node();
    full.wire.hold("Journal.append");
    var started = new AtomicBoolean();
    bench.act(
        () ->
            full.sessions
                .start(bench.start("s1", Sessions.OnBusy.REJECT, null))
                .onSuccess(it -> started.set(it.queued())));
    bench.until("it is in line", () -> Bench.await(bench.queue.size()) == 1);
    bench.pass(3_000);
    assertThat(bench.log()).isEmpty();
    bench.act(() -> full.wire.letGo("Journal.append"));
    bench.until("it is accepted", started::get);
    bench.untilStops(1);
    assertThat(other.toolbox.sent()).hasSize(2);
  }

  @Test
  void aDecisionWhereThereIsNoRoomLetsAnotherGoOn() {
    bench.rules.say("post", Verdict.ASK);
    bench.limits(new GatewayLimits(1, 100, 10, 0, 0));
    var full = silent().begin();
    full.answer("", "post:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    full.untilNothingIsDriven();
    full.start("busy");
    full.untilAsked(2);
    var call = bench.events(Event.ApprovalRequested.class).getFirst().call();
    bench.on(
        () ->
            full.sessions.decide(
                Bench.SESSION, call, new Sessions.Decision(true, null, null, "", "test")));
    bench.calm();
    assertThat(full.toolbox.sent()).isEmpty();
    var other = node();
    bench.untilStops(1);
    assertThat(other.toolbox.sent()).hasSize(1);
    assertThat(full.sessions.active()).isEqualTo(1);
  }

  @Test
  void aDecisionThatIsFollowedTooEarlyIsNotForgotten() {
    bench.rules.say("post", Verdict.ASK);
    bench.limits(new GatewayLimits(1, 100, 10, 0, 0));
    var full = silent().begin();
    full.answer("", "post:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    full.untilNothingIsDriven();
    full.start("busy");
    full.untilAsked(2);
    var other = node();
    var call = bench.events(Event.ApprovalRequested.class).getFirst().call();
    full.wire.hold("Journal.add");
    bench.act(
        () ->
            full.sessions.decide(
                Bench.SESSION, call, new Sessions.Decision(true, null, null, "", "test")));
    bench.pass(3_000);
    bench.act(() -> full.wire.letGo("Journal.add"));
    bench.untilStops(1);
    assertThat(other.toolbox.sent()).hasSize(1);
  }

  /** Runs the task while a state is checked, which comes before the session is made. */
  private static States whenChecked(Runnable task) {
    var real = new JsonStates();
    return new States() {
      @Override
      public Changed write(Json state, String path, Json value, @Nullable Json schema) {
        return real.write(state, path, value, schema);
      }

      @Override
      public Changed merge(Json state, Json patch, @Nullable Json schema) {
        return real.merge(state, patch, schema);
      }

      @Override
      public Changed check(Json state, @Nullable Json schema) {
        task.run();
        return real.check(state, schema);
      }
    };
  }

  @Test
  void aSessionThatIsMadeWhileTheProcessLeavesIsRefused() {
    var left = new AtomicBoolean();
    var leaver = new AtomicReference<Node>();
    bench.states(
        whenChecked(() -> leaver.get().sessions.leave(GRACE).onComplete(_ -> left.set(true))));
    leaver.set(silent());
    assertThat(
            bench.refused(
                () ->
                    leaver
                        .get()
                        .sessions
                        .create(
                            "default", "s1", "agent", new Json("{}"), Json.EMPTY_OBJECT, "test")))
        .isEqualTo(Rejection.Kind.UNAVAILABLE);
    bench.until("it has left", left::get);
    leaver.get().untilNothingIsDriven();
    assertThat(bench.log()).isEmpty();
  }

  @Test
  void whatIsBeingTakenUpIsHandedOverBeforeTheProcessIsGone() {
    var dead = silent().begin();
    var leaver = silent();
    leaver.wire.holdAnswers("Journal.own");
    leaver.wire.hold("Journal.release");
    dead.wire.cut();
    bench.until(
        "it is being taken",
        () -> {
          bench.time.advance(250);
          return leaver.wire.count("Journal.own") == 1;
        });
    var left = leaves(leaver);
    bench.act(() -> leaver.wire.letGo("Journal.own"));
    bench.calm();
    assertThat(left).isFalse();
    bench.act(() -> leaver.wire.letGo("Journal.release"));
    bench.until("it has left", left::get);
    assertThat(Bench.await(bench.memory.find(Bench.SESSION)).owner()).isEmpty();
  }

  @Test
  void aHandoverThatGetsNoAnswerIsNotWaitedForBeyondTheGrace() {
    var leaver = silent().begin();
    leaver.wire.hold("Journal.release");
    var left = new AtomicBoolean();
    bench.act(() -> leaver.sessions.leave(Duration.ofMillis(400)).onComplete(_ -> left.set(true)));
    bench.until("it has left", left::get);
  }

  @Test
  void nothingRunsOnAfterAProcessHasLeft() {
    var leaver = silent();
    bench.act(() -> leaver.sessions.follow(Bench.SESSION, new RunListener() {}));
    var left = leaves(leaver);
    bench.until("it has left", left::get);
    bench.pass(10_000);
    assertThat(bench.time.waiting()).isZero();
  }
}
