package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Sessions.Decision;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state object: tools write into it, the model sees it, people correct it. */
class StateScenarios {
  private static final Json SCHEMA =
      new Json(
          "{\"type\":\"object\",\"properties\":{\"reads\":{\"type\":\"array\","
              + "\"items\":{\"type\":\"object\"}},\"n\":{\"type\":\"integer\"}}}");

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
    bench.agent(Bench.pin(Limits.DEFAULT).withState(SCHEMA));
    bench.toolbox.answers(FakeToolbox::succeeded);
    calls("read:1", "read:2");
  }

  @AfterEach
  void check() {
    bench.check();
  }

  private void calls(String... calls) {
    bench.model.answers(ask -> replies(ask) > 0 ? reply(ask, "Done.") : reply(ask, "", calls));
  }

  private Json state() {
    return bench.on(() -> bench.sessions().view(Bench.SESSION, 0)).state().data();
  }

  @Test
  void resultsOfToolsAreWrittenRightAfterThem() {
    bench.begin();
    bench.stopped(1);
    assertThat(state()).isEqualTo(new Json("{\"reads\":[{\"of\":\"read\"},{\"of\":\"read\"}]}"));
    var log = bench.log();
    for (int i = 0; i < log.size(); i++) {
      if (log.get(i).event() instanceof Event.StateSet set) {
        assertThat(set.by()).isEqualTo("tool:read");
        assertThat(log.get(i - 1).event()).isInstanceOf(Event.CallReturned.class);
      }
    }
    assertThat(bench.journal.batches())
        .filteredOn(batch -> batch.entries().getFirst().event() instanceof Event.StateSet)
        .as("a batch that begins with what a result makes of the state")
        .isEmpty();
  }

  @Test
  void theModelSeesTheStateAsItIsWhenItIsAsked() {
    bench.begin();
    bench.stopped(1);
    assertThat(bench.model.questions().getFirst().ask.state()).isEqualTo(Json.EMPTY_OBJECT);
    assertThat(bench.model.last().ask.state()).isEqualTo(state());
  }

  @Test
  void anAgentWithoutStateShowsNone() {
    bench.agent(Bench.pin(Limits.DEFAULT));
    calls("look:1");
    bench.begin();
    bench.stopped(1);
    assertThat(bench.model.last().ask.state()).isNull();
  }

  @Test
  void aResultThatDoesNotFitIsToldToTheModelAsAFailure() {
    bench.toolbox.answers(_ -> new Returned(Outcome.SUCCEEDED, new Json("7"), 1));
    bench.begin();
    bench.stopped(1);
    assertThat(state()).isEqualTo(Json.EMPTY_OBJECT);
    assertThat(bench.events(Event.StateSet.class)).isEmpty();
    assertThat(bench.events(Event.CallReturned.class))
        .hasSize(2)
        .allSatisfy(
            returned -> {
              assertThat(returned.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(returned.result().text())
                  .contains("can't be written into the state at 'reads[]'")
                  .endsWith("\"result\":7}");
            });
  }

  @Test
  void anOutcomeThatAPersonSaysHappenedIsWrittenToo() {
    calls("save:1");
    bench.toolbox.answers(_ -> new Returned(Outcome.UNKNOWN, Json.NULL, 1));
    var run = bench.begin().run();
    bench.suspended(1);
    var result = new Json("\"entry 7\"");
    bench.on(
        () ->
            bench
                .sessions()
                .settle(Bench.SESSION, run + "-c1", Event.Resolution.HAPPENED, result, "", "test"));
    bench.stopped(1);
    assertThat(state()).isEqualTo(new Json("{\"last\":{\"saved\":\"entry 7\"}}"));
  }

  @Test
  void aPersonCorrectsTheStateOfASuspendedRunWhichGoesOnWithIt() {
    bench.rules.say("read", Verdict.ASK);
    var run = bench.begin().run();
    assertThat(bench.suspended(1).reason()).isEqualTo(StopReason.APPROVAL_PENDING);
    bench.untilNothingIsDriven();
    long head = bench.log().size();
    var corrected = bench.on(() -> patch("{\"n\":5}", head));
    assertThat(corrected.state()).isEqualTo(new Json("{\"n\":5}"));
    assertThat(corrected.head()).isEqualTo(head + 1);
    assertThat(bench.events(Event.StateSet.class).getLast().by()).isEqualTo("ann");
    bench.on(() -> decide(run + "-c1"));
    bench.on(() -> decide(run + "-c2"));
    bench.stopped(1);
    assertThat(bench.model.last().ask.state().text()).contains("\"n\":5").contains("reads");
  }

  private Future<Sessions.Corrected> patch(String patch, long head) {
    return bench.sessions().patchState(Bench.SESSION, new Json(patch), head, "ann");
  }

  private Future<Void> decide(String call) {
    return bench.sessions().decide(Bench.SESSION, call, new Decision(true, null, null, "", "test"));
  }

  @Test
  void aCorrectionOfWhatWasNotSeenOrDoesNotFitIsRefused() {
    bench.rules.say("read", Verdict.ASK);
    bench.begin();
    bench.suspended(1);
    bench.untilNothingIsDriven();
    long head = bench.log().size();
    assertThat(bench.refused(() -> patch("{\"n\":5}", head - 1))).isEqualTo(Rejection.Kind.STALE);
    assertThat(bench.refused(() -> patch("{\"n\":\"x\"}", head))).isEqualTo(Rejection.Kind.INVALID);
    var most = "x".repeat(States.MOST_BYTES);
    assertThat(bench.refused(() -> patch("{\"n2\":\"" + most + "\"}", head)))
        .isEqualTo(Rejection.Kind.INVALID);
    assertThat(bench.events(Event.StateSet.class)).isEmpty();
  }

  @Test
  void theStateOfARunUnderWayIsLeftAlone() {
    bench.toolbox.answers(_ -> null);
    bench.begin();
    bench.untilSent(2);
    assertThat(bench.refused(() -> patch("{\"n\":5}", 0))).isEqualTo(Rejection.Kind.BUSY);
  }

  @Test
  void twoWhoSawTheSameCorrectItOnce() {
    bench.begin();
    bench.stopped(1);
    bench.untilNothingIsDriven();
    long head = bench.log().size();
    var other = bench.another();
    var outcomes = new ArrayList<Future<Sessions.Corrected>>();
    bench.act(
        () -> {
          outcomes.add(patch("{\"n\":1}", head));
          outcomes.add(other.patchState(Bench.SESSION, new Json("{\"n\":2}"), head, "bob"));
        });
    bench.until(
        "both are answered",
        () -> {
          bench.time.advance(100);
          return outcomes.stream().allMatch(Future::isComplete);
        });
    assertThat(outcomes.stream().filter(Future::succeeded)).hasSize(1);
    assertThat(bench.events(Event.StateSet.class)).hasSize(3);
  }

  @Test
  void aSessionIsNotMadeWithAStateThatDoesNotFit() {
    var wrong = new Json("{\"n\":\"x\"}");
    assertThat(
            bench.refused(
                () ->
                    bench
                        .sessions()
                        .create("default", "s9", "agent", wrong, Json.EMPTY_OBJECT, "test")))
        .isEqualTo(Rejection.Kind.INVALID);
  }
}
