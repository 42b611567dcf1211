package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  /** 2026-03-01T00:00:00Z. */
  private static final StillTime NOW = new StillTime(1_772_323_200_000L);

  private final Backoff backoff = new Backoff(ToolSettings.Retry.of(20), NOW, new HalfIds());

  @ParameterizedTest
  @CsvSource({"1, 50", "2, 100", "3, 200", "6, 1600", "7, 2500", "19, 2500"})
  void doublesUpToACeilingWithFullJitter(int made, long waitMs) {
    assertThat(backoff.waitMs(made, null)).isEqualTo(waitMs);
  }

  @Test
  void endsWithTheLastAttempt() {
    assertThat(new Backoff(ToolSettings.Retry.of(2), NOW, new HalfIds()).waitMs(2, "1"))
        .isEqualTo(-1);
    assertThat(new Backoff(ToolSettings.Retry.of(1), NOW, new HalfIds()).waitMs(1, null))
        .isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "3 | 3000",
        "Sun, 01 Mar 2026 00:00:07 GMT | 7000",
        "Sat, 28 Feb 2026 23:00:00 GMT | 0",
      })
  void waitsAsLongAsTheToolAsks(String retryAfter, long waitMs) {
    assertThat(backoff.waitMs(1, retryAfter)).isEqualTo(waitMs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999999999", "9223372036854775807"})
  void nonsenseIsNotAsked(String retryAfter) {
    assertThat(backoff.waitMs(1, retryAfter)).isEqualTo(50);
  }

  /** Gives a half whenever it is asked. */
  record HalfIds() implements Ids {
    @Override
    public String session() {
      return "s";
    }

    @Override
    public String run() {
      return "r";
    }

    @Override
    public int tag() {
      return 1;
    }

    @Override
    public double fraction() {
      return 0.5;
    }
  }
}
