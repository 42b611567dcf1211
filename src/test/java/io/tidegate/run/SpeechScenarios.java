package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.run.Model.Sink;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the pieces of a reply are told. */
class SpeechScenarios {
  private static final long EVERY_MS = 16;

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
  void ask() {
    bench = new Bench(vertx).limits(new GatewayLimits(100, 100, 100, EVERY_MS, 0));
    bench.begin();
    bench.untilAsked(1);
  }

  @AfterEach
  void check() {
    bench.check();
  }

  private void says(String... pieces) {
    Sink sink = bench.model.last().sink;
    for (var piece : pieces) {
      bench.act(() -> sink.text(piece));
    }
  }

  private void ends(String whole) {
    var asked = bench.model.last();
    bench.act(() -> asked.answer(reply(asked.ask, whole)));
    bench.stopped(1);
  }

  @Test
  void theFirstWordsAreToldAtOnceAndLaterOnesTogether() {
    says("One, ", "two, ", "three, ");
    assertThat(bench.heard.words).containsExactly("One, ");
    bench.advance(EVERY_MS);
    assertThat(bench.heard.words).containsExactly("One, ", "two, three, ");
    bench.advance(EVERY_MS);
    says("four.");
    assertThat(bench.heard.words).containsExactly("One, ", "two, three, ", "four.");
    ends("One, two, three, four.");
    assertThat(bench.heard.words).hasSize(3);
  }

  @Test
  void muchThatComesAtOnceIsToldAtOnceInPieces() {
    var kilobyte = "0123456789abcdef".repeat(64);
    for (int i = 0; i < 20; i++) {
      says(kilobyte);
    }
    assertThat(bench.heard.words).extracting(String::length).containsExactly(1024, 8192, 8192);
    bench.advance(EVERY_MS);
    assertThat(String.join("", bench.heard.words)).isEqualTo(kilobyte.repeat(20));
    ends(kilobyte.repeat(20));
  }

  @Test
  void whatIsNotToldYetIsToldBeforeTheReplyIsComplete() {
    says("One, ", "two.");
    ends("One, two.");
    assertThat(bench.heard.words).containsExactly("One, ", "two.");
  }

  @Test
  void thoughtsAreToldBeforeTheWordsThatComeAfterThem() {
    Sink sink = bench.model.last().sink;
    bench.act(() -> sink.reasoning("Let "));
    bench.act(() -> sink.reasoning("me see."));
    says("Yes.");
    assertThat(bench.heard.words).containsExactly("Let ", "me see.");
    bench.advance(EVERY_MS);
    assertThat(bench.heard.words).containsExactly("Let ", "me see.", "Yes.");
    ends("Yes.");
  }

  @Test
  void whoJoinsMeanwhileSeesAllThatWasSaid() {
    says("One, ", "two.");
    var partial = bench.on(() -> bench.sessions().partial(Bench.SESSION));
    assertThat(partial.text()).isEqualTo("One, two.");
    ends("One, two.");
  }

  @Test
  void nothingOfAReplyThatBreaksOffIsToldAfterwards() {
    says("One, ", "two, ");
    var broken = bench.model.last();
    bench.act(() -> broken.fail(ModelFailure.Kind.UNREACHABLE));
    bench.advance(EVERY_MS);
    assertThat(bench.heard.words).containsExactly("One, ");
    bench.pass(5_000);
    bench.untilAsked(2);
    ends("Done.");
  }
}
