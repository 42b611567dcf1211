package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.StopReason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents that ask their user. */
class QuestionScenarios {
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
        ask -> replies(ask) > 0 ? reply(ask, "Done.") : reply(ask, "", "ask:1", "look:2"));
  }

  @AfterEach
  void check() {
    bench.check();
  }

  private String asked() {
    var run = bench.begin().run();
    assertThat(bench.suspended(1).reason()).isEqualTo(StopReason.INPUT_REQUIRED);
    bench.untilNothingIsDriven();
    return run + "-c1";
  }

  private Future<Void> answer(String call) {
    return bench.sessions().answer(Bench.SESSION, call, new Json("7"), "ann");
  }

  @Test
  void theAnswerIsTheResultOfTheCall() {
    var call = asked();
    var requested = bench.events(Event.InputRequested.class).getFirst();
    assertThat(requested.question()).isEqualTo("Which of {\"n\":1}?");
    assertThat(bench.on(() -> bench.journal.waiting("default", null, 9)).items()).hasSize(1);
    bench.on(() -> answer(call));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    var told =
        (Message.Results)
            bench.model.last().ask.transcript().stream()
                .filter(Message.Results.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertThat(told.results().getFirst().content()).isEqualTo(new Json("7"));
    assertThat(bench.toolbox.sent()).as("nothing but the other call is sent").hasSize(1);
    assertThat(bench.on(() -> bench.journal.waiting("default", null, 9)).items()).isEmpty();
  }

  @Test
  void aQuestionIsAnsweredOnceAndOnlyIfItWasAsked() {
    var call = asked();
    bench.on(() -> answer(call));
    bench.stopped(1);
    assertThat(bench.refused(() -> answer(call))).isEqualTo(Rejection.Kind.ALREADY_DECIDED);
    assertThat(bench.refused(() -> answer("nothing"))).isEqualTo(Rejection.Kind.NOT_FOUND);
  }

  @Test
  void anAnswerThatDoesNotFollowTheSchemaIsRefusedAndTheQuestionStaysOpen() {
    bench.outputHas("at the root: string found, integer expected");
    var call = asked();
    assertThat(bench.refused(() -> answer(call))).isEqualTo(Rejection.Kind.INVALID);
    assertThat(bench.events(Event.InputAnswered.class)).isEmpty();
  }

  @Test
  void anotherProcessTakesTheAnswerToo() {
    var call = asked();
    var other = bench.another();
    bench.on(() -> other.answer(Bench.SESSION, call, new Json("7"), "ann"));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void anAnswerAfterARestartLetsTheRunGoOn() {
    var call = asked();
    bench.restarted();
    bench.on(() -> answer(call));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void aGuardMayForbidThatPeopleAreAsked() {
    bench.rules.objectTo("ask", "nobody is there.");
    bench.begin();
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.InputRequested.class)).isEmpty();
  }

  @Test
  void aRunThatWaitsForAnAnswerIsNotResumed() {
    var call = asked();
    var run = call.substring(0, call.lastIndexOf('-'));
    assertThat(
            bench.refused(
                () ->
                    bench
                        .sessions()
                        .resume(Bench.SESSION, run, Limits.Change.NONE, null, "", "test")))
        .isEqualTo(Rejection.Kind.INVALID);
  }

  @Test
  void aForkLeavesTheQuestionBehind() {
    asked();
    var fork = bench.on(() -> bench.sessions().fork(Bench.SESSION, 0, "test"));
    var state = bench.on(() -> bench.sessions().view(fork, 0)).state();
    assertThat(state.waitingForPeople()).isZero();
  }
}
