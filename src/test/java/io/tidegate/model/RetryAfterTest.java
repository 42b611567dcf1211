package io.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final long NOW = Instant.parse("2026-11-21T07:28:00Z").toEpochMilli();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2                               | 2000
          0.5                             | 500
          0                               | 0
          -3                              | 0
          Sat, 21 Nov 2026 07:28:10 GMT   | 10000
          Sat, 21 Nov 2026 07:00:00 GMT   | 0
          99999999999                     | 86400000
          soon                            |
          NaN                             |
          """)
  void secondsOrADateAreMilliseconds(String header, Long ms) {
    var headers = MultiMap.caseInsensitiveMultiMap().set("Retry-After", header);
    assertThat(RetryAfter.ms(headers, NOW)).isEqualTo(ms);
  }

  @Test
  void millisecondsGoFirst() {
    var headers =
        MultiMap.caseInsensitiveMultiMap().set("retry-after-ms", "120").set("retry-after", "1");
    assertThat(RetryAfter.ms(headers, NOW)).isEqualTo(120);
  }

  @Test
  void withoutHeaderNoWaitIsAskedFor() {
    assertThat(RetryAfter.ms(MultiMap.caseInsensitiveMultiMap(), NOW)).isNull();
  }
}
