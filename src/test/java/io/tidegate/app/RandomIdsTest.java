package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.SessionId;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class RandomIdsTest {
  private final RandomIds ids = new RandomIds();

  @Test
  void idsHaveTheirPrefixAndSixteenDigits() {
    assertThat(ids.session()).matches("s_[0-9a-hjkmnp-tv-z]{16}").matches(SessionId::valid);
    assertThat(ids.run()).matches("r_[0-9a-hjkmnp-tv-z]{16}");
  }

  @Test
  void idsDiffer() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(ids.run())).isTrue();
    }
  }

  @Test
  void fractionsAreFromZeroToBelowOne() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(ids.fraction()).isGreaterThanOrEqualTo(0).isLessThan(1);
    }
  }
}
