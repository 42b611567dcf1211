package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Sessions.Start;
import io.tidegate.run.Sessions.Started;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How runs begin: once for a key, and one at a time in a session. */
class StartScenarios {
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

  @Test
  void theSameStartWithTheSameKeyIsOneRunHoweverOftenItComes() {
    var all = tenTimes(bench.start(null, OnBusy.REJECT, "key"));
    assertOneRun(all);
  }

  @ParameterizedTest
  @EnumSource(OnBusy.class)
  void theSameStartWithTheSameKeyIsOneRunInAKnownSessionToo(OnBusy onBusy) {
    bench.model.answers(ask -> reply(ask, "Done."));
    bench.begin();
    bench.stopped(1);
    bench.untilNothingIsDriven();
    bench.model.answers(_ -> null);
    assertOneRun(tenTimes(bench.start("s1", onBusy, "key")));
    bench.untilAsked(2);
    assertThat(bench.events(Event.Queued.class)).isEmpty();
    assertThat(bench.events(Event.Asked.class)).hasSize(2);
  }

  @Test
  void aQueuedStartWithAKeyIsQueuedOnce() {
    bench.begin();
    assertOneRun(tenTimes(bench.start("s1", OnBusy.ENQUEUE, "key")));
    assertThat(bench.events(Event.Queued.class)).hasSize(1);
  }

  @Test
  void aKeyThatWasUsedForAnotherRequestIsRefused() {
    bench.on(() -> bench.sessions().start(bench.start(null, OnBusy.REJECT, "key")));
    var other =
        new Start(
            "default",
            null,
            "agent",
            "Something else.",
            Limits.Change.NONE,
            Json.EMPTY_OBJECT,
            OnBusy.REJECT,
            "key",
            "test",
            WorkQueue.USUAL,
            null);
    assertThat(bench.refused(() -> bench.sessions().start(other)))
        .isEqualTo(Rejection.Kind.KEY_REUSED);
  }

  private List<Started> tenTimes(Start start) {
    return bench.on(
        () -> {
          var all = new ArrayList<Future<Started>>();
          for (int i = 0; i < 10; i++) {
            all.add(bench.sessions().start(start));
          }
          return Future.all(all).map(done -> done.<Started>list());
        });
  }

  private static void assertOneRun(List<Started> all) {
    assertThat(all.stream().map(Started::run).distinct()).hasSize(1);
    assertThat(all.stream().map(Started::session).distinct()).hasSize(1);
    assertThat(all.stream().map(Started::after).distinct()).hasSize(1);
    assertThat(all.stream().filter(it -> !it.repeated())).hasSize(1);
  }

  @Test
  void aBusySessionRejectsARun() {
    bench.begin();
    assertThat(bench.refused(() -> begin(OnBusy.REJECT))).isEqualTo(Rejection.Kind.BUSY);
  }

  @Test
  void aQueuedRunBeginsWhenTheOneBeforeEnds() {
    bench.begin();
    bench.untilAsked(1);
    var second = bench.on(() -> begin(OnBusy.ENQUEUE));
    assertThat(second.queued()).isTrue();
    assertThat(status(second.run())).isEqualTo("queued");
    answer();
    bench.untilAsked(2);
    assertThat(status(second.run())).isEqualTo("running");
    answer();
    assertThat(bench.stopped(2).reason()).isEqualTo(StopReason.COMPLETED);
    bench.untilNothingIsDriven();
    assertThat(status(second.run())).isEqualTo("stopped");
  }

  @Test
  void anInterruptingRunTakesThePlaceOfTheOneUnderWay() {
    bench.begin();
    bench.untilAsked(1);
    bench.on(() -> begin(OnBusy.INTERRUPT));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.INTERRUPTED);
    bench.untilAsked(2);
    assertThat(bench.model.questions().getFirst().cancelled).isTrue();
    answer();
    assertThat(bench.stopped(2).reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void aQueuedRunThatIsCancelledNeverBegins() {
    bench.begin();
    var second = bench.on(() -> begin(OnBusy.ENQUEUE));
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, second.run(), "No.", "test"));
    bench.untilAsked(1);
    answer();
    bench.untilNothingIsDriven();
    assertThat(bench.events(Event.Asked.class)).hasSize(1);
    assertThat(status(second.run())).isEqualTo("stopped");
  }

  @Test
  void aSessionTakesNoMoreThanAHundredRunsIntoItsQueue() {
    bench.begin();
    for (int i = 0; i < 100; i++) {
      bench.on(() -> begin(OnBusy.ENQUEUE));
    }
    assertThat(bench.refused(() -> begin(OnBusy.ENQUEUE))).isEqualTo(Rejection.Kind.OVERLOADED);
  }

  @Test
  void aFullProcessLetsRunsWaitAndRefusesThemWhenTooManyDo() {
    bench.limits(new GatewayLimits(2, 1, 10, 0, 0));
    bench.model.answers(_ -> null);
    assertThat(start("a").queued()).isFalse();
    assertThat(start("b").queued()).isFalse();
    bench.untilAsked(2);
    assertThat(start("c").queued()).isTrue();
    assertThat(bench.refused(() -> bench.sessions().start(bench.start("d", OnBusy.REJECT, null))))
        .isEqualTo(Rejection.Kind.OVERLOADED);
    bench.calm();
    assertThat(bench.model.questions()).hasSize(2);
    bench.model.answers(ask -> reply(ask, "Done."));
    bench.act(() -> bench.model.last().answer(reply(bench.model.last().ask, "Done.")));
    bench.until("the one that waited has run", () -> bench.heard.stops.get() == 2);
    assertThat(bench.memory.entries(new SessionId("default", "c")).getLast().event())
        .isInstanceOf(Event.Stopped.class);
  }

  private Started start(String session) {
    return bench.on(() -> bench.sessions().start(bench.start(session, OnBusy.REJECT, null)));
  }

  @Test
  void wrongLimitsAndNamesAreRefusedAndNothingIsDone() {
    var wrong = new Limits.Change(0, null, null, null, null, null, null, null);
    assertThat(bench.refused(() -> bench.sessions().start(with("s1", "agent", wrong))))
        .isEqualTo(Rejection.Kind.INVALID);
    assertThat(
            bench.refused(() -> bench.sessions().start(with("s 1", "agent", Limits.Change.NONE))))
        .isEqualTo(Rejection.Kind.INVALID);
    assertThat(
            bench.refused(() -> bench.sessions().start(with("s1", "nobody", Limits.Change.NONE))))
        .isEqualTo(Rejection.Kind.INVALID);
    assertThat(bench.log()).isEmpty();
    assertThat(bench.sessions().active()).isZero();
  }

  private static Start with(String session, String agent, Limits.Change limits) {
    return new Start(
        "default",
        session,
        agent,
        "Go.",
        limits,
        Json.EMPTY_OBJECT,
        OnBusy.REJECT,
        null,
        "test",
        WorkQueue.USUAL,
        null);
  }

  @Test
  void aSessionIsMadeOnce() {
    assertThat(bench.on(this::create)).isEqualTo(Bench.SESSION);
    bench.untilNothingIsDriven();
    bench.advance(1);
    assertThat(bench.refused(this::create)).isEqualTo(Rejection.Kind.EXISTS);
    bench.model.answers(ask -> reply(ask, "Done."));
    bench.on(() -> begin(OnBusy.REJECT));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
  }

  private Future<SessionId> create() {
    return bench
        .sessions()
        .create("default", "s1", "agent", new Json("{\"x\":1}"), Json.EMPTY_OBJECT, "test");
  }

  @Test
  void aStartThatComesFromNoContextWorksToo() {
    bench.model.answers(ask -> reply(ask, "Done."));
    Bench.await(bench.sessions().start(bench.start("s1", OnBusy.REJECT, null)));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
  }

  private Future<Started> begin(OnBusy onBusy) {
    return bench.sessions().start(bench.start("s1", onBusy, null));
  }

  private void answer() {
    bench.act(() -> bench.model.last().answer(reply(bench.model.last().ask, "Done.")));
  }

  private String status(String run) {
    return bench.on(() -> bench.sessions().run(Bench.SESSION, run)).status();
  }
}
