package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Event;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nobody waits for is journaled together with what comes within a moment. */
class GatherScenarios {
  private static final long DELAY_MS = 5;

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
  void open() {
    bench = new Bench(vertx).limits(new GatewayLimits(100, 100, 100, 0, DELAY_MS));
  }

  @AfterEach
  void check() {
    bench.check();
  }

  private void asks(String... calls) {
    bench.model.answers(ask -> ask.firstCall() > 1 ? reply(ask, "Done.") : reply(ask, "", calls));
    bench.begin();
  }

  private void returns(int call) {
    bench.act(() -> bench.toolbox.sent().get(call).succeed());
    bench.calm();
  }

  private int appends() {
    return bench.journal.batches().size();
  }

  /** The kinds of events of an append, counted from the first. */
  private List<String> append(int nth) {
    return bench.journal.batches().get(nth).entries().stream()
        .map(entry -> entry.event().getClass().getSimpleName())
        .toList();
  }

  @Test
  void resultsOfAWaveAndTheNextQuestionAreOneAppend() {
    asks("look:1", "look:2", "look:3");
    bench.untilSent(3);
    bench.calm();
    int before = appends();
    returns(0);
    bench.advance(2);
    returns(1);
    assertThat(appends()).isEqualTo(before);
    returns(2);
    bench.stopped(1);
    assertThat(append(before))
        .containsExactly("CallReturned", "CallReturned", "CallReturned", "ModelAsked");
  }

  @Test
  void aResultWaitsNoLongerThanTheDelay() {
    asks("look:1", "look:2");
    bench.untilSent(2);
    bench.calm();
    int before = appends();
    returns(0);
    bench.advance(DELAY_MS);
    bench.calm();
    assertThat(append(before)).containsExactly("CallReturned");
    returns(1);
    bench.stopped(1);
  }

  @Test
  void whatMustBeJournaledFirstTakesAlongWhatWaits() {
    bench.toolbox.concurrency("look", 1);
    asks("look:1", "look:2", "put:3");
    bench.untilSent(2);
    bench.calm();
    int before = appends();
    returns(0);
    bench.untilSent(3);
    assertThat(append(before)).containsExactly("CallReturned", "CallStarted");
    returns(1);
    returns(2);
    bench.stopped(1);
  }

  @Test
  void whatComesWhileAnAppendIsUnderWayIsGatheredAfterIt() {
    asks("look:1", "look:2", "look:3");
    bench.untilSent(3);
    bench.calm();
    bench.act(bench.journal::hold);
    int before = appends();
    returns(0);
    bench.advance(DELAY_MS);
    returns(1);
    bench.advance(DELAY_MS);
    assertThat(appends()).isEqualTo(before + 1);
    bench.act(bench.journal::letGo);
    bench.calm();
    bench.advance(DELAY_MS);
    bench.calm();
    assertThat(append(before + 1)).containsExactly("CallReturned");
    returns(2);
    bench.stopped(1);
  }

  @Test
  void theEndOfARunIsJournaledAtOnce() {
    asks();
    bench.stopped(1);
    assertThat(bench.events(Event.Stopped.class)).hasSize(1);
    bench.untilNothingIsDriven();
  }

  @Test
  void whoeverLeavesTakesAlongWhatWaits() {
    asks("look:1", "look:2");
    bench.untilSent(2);
    bench.calm();
    returns(0);
    bench.act(() -> bench.sessions().leave(Duration.ofMinutes(1)));
    bench.until("it is journaled", () -> bench.events(Event.CallReturned.class).size() == 1);
    returns(1);
    bench.until("it has left", () -> bench.events(Event.CallReturned.class).size() == 2);
  }
}
