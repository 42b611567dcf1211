package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin.Rule;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Sessions.Decision;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do to sessions: decide, settle, resume, fork, delete. */
class PeopleScenarios {
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
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.model.answers(
        ask ->
            replies(ask) > 0 ? reply(ask, "Done.") : reply(ask, "", "post:1", "post:2", "look:3"));
  }

  @AfterEach
  void check() {
    bench.check();
  }

  /** A run that waits for approvals of its first two calls. */
  private String pending() {
    bench.rules.say("post", Verdict.ASK);
    var run = bench.begin().run();
    assertThat(bench.suspended(1).reason()).isEqualTo(StopReason.APPROVAL_PENDING);
    bench.untilNothingIsDriven();
    return run;
  }

  private Future<Void> decide(String call, boolean approved, @Nullable Json args) {
    return bench
        .sessions()
        .decide(Bench.SESSION, call, new Decision(approved, args, null, "", "test"));
  }

  @Test
  void aSuspendedRunLeavesNoDriverAndNoTimerInMemory() {
    pending();
    assertThat(bench.sessions().active()).isZero();
    assertThat(bench.timersOfRuns()).isZero();
  }

  @Test
  void aSuspendedRunWithAQueueLeavesNoDriverInMemoryEither() {
    var run = pending();
    bench.on(() -> bench.sessions().start(bench.start("s1", OnBusy.ENQUEUE, null)));
    bench.untilNothingIsDriven();
    bench.on(() -> decide(run + "-c1", true, null));
    bench.on(() -> decide(run + "-c2", true, null));
    assertThat(bench.stopped(2).reason()).isEqualTo(StopReason.COMPLETED);
    bench.untilNothingIsDriven();
  }

  @Test
  void approvalsAfterARestartLetTheRunGoOn() {
    var run = pending();
    bench.restarted();
    bench.on(() -> decide(run + "-c2", true, null));
    bench.on(() -> decide(run + "-c1", false, null));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.toolbox.sent().stream().map(it -> it.invocation.call()))
        .containsExactly(run + "-c3", run + "-c2");
  }

  @Test
  void aCallIsDecidedOnceThoughTwoDecideAtTheSameMoment() {
    var run = pending();
    var outcomes =
        bench.on(
            () -> {
              var yes = decide(run + "-c1", true, null);
              var no = decide(run + "-c1", false, null);
              return Future.join(yes, no).otherwiseEmpty().map(_ -> List.of(yes, no));
            });
    assertThat(outcomes.stream().filter(Future::succeeded)).hasSize(1);
    assertThat(bench.events(Event.Decided.class)).hasSize(1);
    assertThat(bench.refused(() -> decide(run + "-c1", true, null)))
        .isEqualTo(Rejection.Kind.ALREADY_DECIDED);
  }

  @Test
  void aDecisionOnACallThatNobodyAskedAboutIsRefused() {
    var run = pending();
    assertThat(bench.refused(() -> decide(run + "-c3", true, null)))
        .isEqualTo(Rejection.Kind.NOT_FOUND);
    assertThat(
            bench.refused(
                () ->
                    bench
                        .sessions()
                        .decide(
                            new SessionId("default", "no"),
                            "x",
                            new Decision(true, null, null, "", "test"))))
        .isEqualTo(Rejection.Kind.NOT_FOUND);
    bench.untilNothingIsDriven();
  }

  @Test
  void editedArgumentsAreSentAndWrongOnesRefused() {
    var run = pending();
    assertThat(bench.refused(() -> decide(run + "-c1", true, new Json("{\"n\":\"bad\"}"))))
        .isEqualTo(Rejection.Kind.INVALID);
    bench.on(() -> decide(run + "-c1", true, new Json("{\"n\":7}")));
    bench.on(() -> decide(run + "-c2", true, null));
    bench.stopped(1);
    assertThat(bench.toolbox.sent("c1").invocation.args().text()).isEqualTo("{\"n\":7}");
  }

  @Test
  void editedArgumentsThatARuleForbidsAreRefused() {
    var run = pending();
    bench.rules.say("post", Verdict.DENY);
    assertThat(bench.refused(() -> decide(run + "-c1", true, new Json("{\"n\":7}"))))
        .isEqualTo(Rejection.Kind.INVALID);
    assertThat(bench.events(Event.Decided.class)).isEmpty();
  }

  private Future<Void> decide(String call, @Nullable String digest, String by) {
    return bench.sessions().decide(Bench.SESSION, call, new Decision(true, null, digest, "", by));
  }

  @Test
  void onlyThoseDecideWhomTheRuleNames() {
    var rule = new Rule("true", Verdict.ASK, null, List.of("ann"), null);
    bench.agent(Bench.pin(Limits.DEFAULT, null, false, List.of(rule)));
    var run = pending();
    assertThat(bench.refused(() -> decide(run + "-c1", null, "bob")))
        .isEqualTo(Rejection.Kind.FORBIDDEN);
    assertThat(bench.events(Event.Decided.class)).isEmpty();
    bench.on(() -> decide(run + "-c1", null, "ann"));
    assertThat(bench.events(Event.Decided.class)).hasSize(1);
  }

  @Test
  void aDecisionOnAnotherDigestThanTheCallsIsRefused() {
    var run = pending();
    assertThat(bench.refused(() -> decide(run + "-c1", "digest of something else", "test")))
        .isEqualTo(Rejection.Kind.CHANGED);
    bench.on(() -> decide(run + "-c1", "digest {\"n\":1}", "test"));
    assertThat(bench.events(Event.Decided.class)).hasSize(1);
  }

  @Test
  void anApprovedCallIsNotSentIfItsGuardFailsByThen() {
    var run = pending();
    bench.rules.objectTo("post", "the ledger is closed.");
    bench.on(() -> decide(run + "-c1", true, null));
    bench.on(() -> decide(run + "-c2", true, null));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.toolbox.sent()).hasSize(1);
    assertThat(bench.events(Event.CallStarted.class)).hasSize(1);
    assertThat(
            bench.events(Event.CallReturned.class).stream()
                .filter(returned -> returned.outcome() == Outcome.DENIED)
                .map(returned -> returned.result().text()))
        .hasSize(2)
        .allMatch(told -> told.contains("the ledger is closed"));
  }

  @Test
  void aCallThatWaitedForASlotIsLookedAtAgainBeforeItIsSent() {
    bench.model.answers(
        ask -> replies(ask) > 0 ? reply(ask, "Done.") : reply(ask, "", "post:1", "post:2"));
    bench.toolbox.answers(_ -> null).concurrency("post", 1);
    bench.begin();
    bench.untilSent(1);
    bench.rules.say("post", Verdict.DENY);
    bench.act(bench.toolbox.sent("c1")::succeed);
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.toolbox.sent()).hasSize(1);
    bench.untilNothingIsDriven();
  }

  @Test
  void aContractThatChangedVoidsTheApprovalWhenItIsGiven() {
    var run = pending();
    bench.toolbox.change("post");
    assertThat(bench.refused(() -> decide(run + "-c1", true, null)))
        .isEqualTo(Rejection.Kind.CHANGED);
    bench.on(() -> decide(run + "-c1", false, null));
    assertThat(bench.events(Event.Decided.class)).hasSize(1);
  }

  @Test
  void aContractThatChangedVoidsTheApprovalBeforeTheCallIsSent() {
    var run = pending();
    bench.toolbox.answers(_ -> null).concurrency("post", 1);
    bench.on(() -> decide(run + "-c1", true, null));
    bench.on(() -> decide(run + "-c2", true, null));
    bench.untilSent(2);
    bench.toolbox.change("post");
    bench.act(bench.toolbox.sent("c1")::succeed);
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.toolbox.sent()).hasSize(2);
    var told = bench.events(Event.CallReturned.class).getLast();
    assertThat(told.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(told.result().text()).contains("the approval is void");
  }

  @Test
  void theRecordSaysWhetherPeopleAreWaitedForThoughSiblingsRun() {
    bench.rules.say("post", Verdict.ASK);
    bench.toolbox.answers(_ -> null);
    var run = bench.begin().run();
    bench.untilSent(1);
    bench.calm();
    assertThat(waiting()).hasSize(1);
    assertThat(bench.on(() -> bench.sessions().view(Bench.SESSION, 0)).state().phase())
        .isEqualTo(RunState.Phase.RUNNING);
    bench.on(() -> decide(run + "-c1", true, null));
    assertThat(waiting()).hasSize(1);
    bench.on(() -> decide(run + "-c2", false, null));
    assertThat(waiting()).isEmpty();
  }

  private List<Journal.Record> waiting() {
    return bench.on(() -> bench.journal.waiting("default", null, 10)).items();
  }

  @Test
  void theRecordSaysSoTooIfAnotherProcessDecides() {
    var run = pending();
    var other = bench.another();
    bench.on(
        () -> other.decide(Bench.SESSION, run + "-c1", new Decision(false, null, null, "", "x")));
    assertThat(waiting()).hasSize(1);
    bench.on(
        () -> other.decide(Bench.SESSION, run + "-c2", new Decision(false, null, null, "", "x")));
    bench.stopped(1);
    assertThat(waiting()).isEmpty();
  }

  @Test
  void aCallWhoseArgumentsWereEditedWaitsForThoseThatHoldItsNewKey() {
    bench.model.answers(
        ask -> ask.firstCall() > 1 ? reply(ask, "Done.") : reply(ask, "", "book:1", "book:2"));
    bench.rules.say("book", Verdict.ASK);
    var run = bench.begin().run();
    bench.suspended(1);
    bench.toolbox.answers(_ -> null);
    bench.on(() -> decide(run + "-c1", true, null));
    bench.on(() -> decide(run + "-c2", true, new Json("{\"n\":1}")));
    bench.untilSent(1);
    bench.calm();
    assertThat(bench.toolbox.sent()).hasSize(1);
    bench.act(bench.toolbox.sent("c1")::succeed);
    bench.untilSent(2);
  }

  @Test
  void approvalsThatNobodyGaveInTimeExpire() {
    bench.agent(
        Bench.pin(
            Limits.DEFAULT,
            null,
            false,
            List.of(new Rule("true", Verdict.ASK, 60_000L, List.of(), null))));
    var run = pending();
    bench.advance(30_000);
    bench.on(() -> bench.sessions().expireApprovals());
    assertThat(bench.events(Event.Expired.class)).isEmpty();
    bench.on(() -> decide(run + "-c1", true, null));
    bench.advance(30_000);
    bench.on(() -> bench.sessions().expireApprovals());
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.Expired.class)).hasSize(1);
    assertThat(bench.events(Event.CallReturned.class).stream().map(Event.CallReturned::outcome))
        .contains(Outcome.EXPIRED);
    assertThat(bench.heard.waits).contains("APPROVAL 30000", "APPROVAL 60000");
  }

  @Test
  void whatNobodyDecidedInTimeIsADeedOfTheGateway() {
    var entry = new Entry(7, 1_000, "r1", new Event.Expired("c1"));
    assertThat(Deeds.of(Bench.SESSION, entry))
        .isEqualTo(
            new Audit.Deed(
                "s1-7", 1_000, Audit.Action.CALL_EXPIRE, "tidegate", "s1", "r1", "c1", Map.of()));
  }

  @Test
  void anApprovalExpiresThoughTheJournalWasSilentWhenItsAlarmWasSet() {
    bench.agent(
        Bench.pin(
            Limits.DEFAULT,
            null,
            false,
            List.of(new Rule("true", Verdict.ASK, 60_000L, List.of(), null))));
    bench.model.answers(
        ask -> ask.firstCall() > 1 ? reply(ask, "Done.") : reply(ask, "", "post:1"));
    bench.rules.say("post", Verdict.ASK);
    bench.journal.silence(1);
    bench.begin();
    bench.suspended(1);
    bench.advance(1_000);
    bench.untilNothingIsDriven();
    bench.advance(60_000);
    bench.on(() -> bench.sessions().expireApprovals());
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.Expired.class)).hasSize(1);
  }

  @Test
  void anUnknownOutcomeIsSettledOnce() {
    bench.toolbox.answers(
        call ->
            call.contract().name().equals("post") && call.call().endsWith("c1")
                ? new Returned(Outcome.UNKNOWN, Json.NULL, 1)
                : FakeToolbox.succeeded(call));
    var run = bench.begin().run();
    assertThat(bench.suspended(1).reason()).isEqualTo(StopReason.OUTCOME_UNKNOWN);
    bench.on(() -> settle(run + "-c1"));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.refused(() -> settle(run + "-c1"))).isEqualTo(Rejection.Kind.ALREADY_DECIDED);
    assertThat(bench.refused(() -> settle(run + "-c2"))).isEqualTo(Rejection.Kind.NOT_FOUND);
  }

  private Future<Void> settle(String call) {
    return bench
        .sessions()
        .settle(Bench.SESSION, call, Event.Resolution.HAPPENED, null, "", "test");
  }

  @Test
  void cancelOfASuspendedRunAnswersItsCalls() {
    var run = pending();
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, run, "Enough.", "test"));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.CANCELLED);
    bench.untilNothingIsDriven();
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, run, "Again.", "test"));
    assertThat(bench.events(Event.Cancelled.class)).hasSize(1);
  }

  @Test
  void aForkIsAtRestAndItsParentStillWaits() {
    var run = pending();
    var fork = bench.on(() -> bench.sessions().fork(Bench.SESSION, 0, "test"));
    assertThat(fork.root()).isEqualTo("s1");
    bench.on(() -> bench.sessions().start(bench.start(fork.id(), OnBusy.REJECT, null)));
    bench.until("the fork's run stops", () -> bench.heard.stops.get() == 1);
    assertThat(bench.events(Event.Stopped.class)).isEmpty();
    bench.on(() -> decide(run + "-c1", true, null));
    bench.on(() -> decide(run + "-c2", true, null));
    bench.until("the parent's run stops", () -> bench.heard.stops.get() == 2);
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.refused(() -> bench.sessions().fork(Bench.SESSION, 9_999, "test")))
        .isEqualTo(Rejection.Kind.INVALID);
  }

  @Test
  void everyPrefixCanBeForkedAndGoesOn() {
    var run = pending();
    bench.on(() -> decide(run + "-c1", true, null));
    bench.on(() -> decide(run + "-c2", true, null));
    bench.stopped(1);
    int entries = bench.log().size();
    for (int at = 1; at <= entries; at++) {
      long seq = at;
      var fork = bench.on(() -> bench.sessions().fork(Bench.SESSION, seq, "test"));
      bench.on(() -> bench.sessions().start(bench.start(fork.id(), OnBusy.REJECT, null)));
    }
    bench.until(
        "all forks stop or wait",
        () -> bench.heard.stops.get() + bench.heard.suspensions.get() >= entries + 2);
    bench.untilNothingIsDriven();
  }

  @Test
  void aSessionWithARunUnderWayIsNotDeleted() {
    bench.model.answers(_ -> null);
    var run = bench.begin().run();
    assertThat(bench.refused(() -> bench.sessions().delete(Bench.SESSION)))
        .isEqualTo(Rejection.Kind.BUSY);
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, run, "Enough.", "test"));
    bench.untilNothingIsDriven();
    bench.on(() -> bench.sessions().delete(Bench.SESSION));
    assertThat(bench.refused(() -> bench.sessions().delete(Bench.SESSION)))
        .isEqualTo(Rejection.Kind.NOT_FOUND);
    assertThat(bench.refused(() -> bench.sessions().view(Bench.SESSION, 0)))
        .isEqualTo(Rejection.Kind.NOT_FOUND);
  }

  @Test
  void aRunThatWaitsForPeopleIsNotResumed() {
    var run = pending();
    assertThat(
            bench.refused(
                () ->
                    bench
                        .sessions()
                        .resume(Bench.SESSION, run, Limits.Change.NONE, null, "", "test")))
        .isEqualTo(Rejection.Kind.INVALID);
  }
}
