package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Ids;
import io.tidegate.testing.ManualTime;
import org.junit.jupiter.api.Test;

/** When clients that were refused may come back. */
class PatienceTest {
  private final ManualTime time = new ManualTime();
  private double fraction;
  private final Patience patience =
      new Patience(
          time,
          new Ids() {
            @Override
            public String session() {
              throw new AssertionError("nobody needs a session");
            }

            @Override
            public String run() {
              throw new AssertionError("nobody needs a run");
            }

            @Override
            public int tag() {
              throw new AssertionError("nobody needs a tag");
            }

            @Override
            public double fraction() {
              return fraction;
            }
          });

  private int seconds(Problem problem) {
    var answer = (Answer.Whole) patience.answer(problem);
    return Integer.parseInt(answer.headers().get("Retry-After"));
  }

  private int overloaded() {
    return seconds(Problem.overloaded("Full."));
  }

  @Test
  void whoIsRefusedWaitsAsLongAsItTakesToAcceptAllThatWereRefused() {
    for (int i = 0; i < 100; i++) {
      patience.accepted();
    }
    int last = 0;
    for (int i = 0; i < 80; i++) {
      last = overloaded();
    }
    // 100 in ten seconds are accepted: the 80th that is refused has its turn in eight.
    assertThat(last).isEqualTo(8);
  }

  @Test
  void notAllComeBackAtOnce() {
    patience.accepted();
    assertThat(overloaded()).isEqualTo(10);
    fraction = 0.999;
    assertThat(overloaded()).isEqualTo(40);
    assertThat(seconds(Problem.unavailable("Away."))).isEqualTo(5);
    fraction = 0;
    assertThat(seconds(Problem.unavailable("Away."))).isEqualTo(1);
  }

  @Test
  void nobodyIsSentAwayForLong() {
    fraction = 0.999;
    for (int i = 0; i < 10_000; i++) {
      assertThat(overloaded()).isBetween(1, 60);
    }
  }

  @Test
  void whatIsLongAgoDoesNotCount() {
    for (int i = 0; i < 1_000; i++) {
      overloaded();
    }
    time.advance(20_000);
    for (int i = 0; i < 10; i++) {
      patience.accepted();
    }
    assertThat(overloaded()).isEqualTo(1);
  }

  @Test
  void otherProblemsSayNothingOfIt() {
    var answer = (Answer.Whole) patience.answer(Problem.notFound("Nothing."));
    assertThat(answer.headers()).isEmpty();
  }
}
