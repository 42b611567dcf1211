package io.tidegate.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetriesTest {

  @Test
  void pausesDoubleFromASecondToTenMinutes() {
    var retries = new Retries(new FixedIds("r", 0.9999999));
    assertThat(new long[] {retries.pauseMs(1), retries.pauseMs(2), retries.pauseMs(10)})
        .containsExactly(999, 1_999, 511_999);
    assertThat(retries.pauseMs(11)).isEqualTo(599_999);
    assertThat(retries.pauseMs(1_000_000)).isEqualTo(599_999);
  }

  @Test
  void jitterTakesUpToHalfAPauseAway() {
    assertThat(new Retries(new FixedIds("r", 0)).pauseMs(3)).isEqualTo(2_000);
  }

  @Test
  void whatIsADayOldIsGivenUpButNotBeforeItWasTriedAFewTimes() {
    assertThat(Retries.over(5, Retries.NEWS_MS)).isTrue();
    assertThat(Retries.over(4, Retries.NEWS_MS)).isFalse();
    assertThat(Retries.over(500, Retries.NEWS_MS - 1)).isFalse();
  }
}
