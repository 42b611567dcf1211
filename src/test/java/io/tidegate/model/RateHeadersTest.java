package io.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Quotas.Level;
import io.tidegate.run.Quotas.Told;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

class RateHeadersTest {
  private static final long NOW = 1_780_000_000_000L;
  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

  @Test
  void openAiTellsRequestsAndTokensWithSpans() {
    headers
        .set("x-ratelimit-limit-requests", "60")
        .set("x-ratelimit-remaining-requests", "59")
        .set("x-ratelimit-reset-requests", "1m0.5s")
        .set("x-ratelimit-limit-tokens", "150000")
        .set("x-ratelimit-remaining-tokens", "149984")
        .set("x-ratelimit-reset-tokens", "6ms");
    assertThat(RateHeaders.of(headers, NOW))
        .isEqualTo(new Told(new Level(60, 59, 60_500), new Level(150_000, 149_984, 6)));
  }

  @Test
  void anthropicTellsTheTightestOfItsTokensWithTimes() {
    headers
        .set("anthropic-ratelimit-requests-limit", "50")
        .set("anthropic-ratelimit-requests-remaining", "0")
        .set("anthropic-ratelimit-requests-reset", "2026-05-28T20:26:42Z")
        .set("anthropic-ratelimit-input-tokens-limit", "1000")
        .set("anthropic-ratelimit-input-tokens-remaining", "900")
        .set("anthropic-ratelimit-output-tokens-limit", "100")
        .set("anthropic-ratelimit-output-tokens-remaining", "10");
    var told = RateHeaders.of(headers, NOW);
    assertThat(told.requests()).isEqualTo(new Level(50, 0, 2_000));
    assertThat(told.tokens()).isEqualTo(new Level(100, 10, 0));
    assertThat(RateHeaders.emptyMs(headers, NOW)).isEqualTo(2_000);
  }

  @Test
  void whatCanNotBeReadIsNotTold() {
    headers
        .set("x-ratelimit-limit-requests", "many")
        .set("x-ratelimit-remaining-requests", "-1")
        .set("x-ratelimit-limit-tokens", "10")
        .set("x-ratelimit-remaining-tokens", "0")
        .set("x-ratelimit-reset-tokens", "soon");
    assertThat(RateHeaders.of(headers, NOW).requests().known()).isFalse();
    assertThat(RateHeaders.emptyMs(headers, NOW)).isNull();
    assertThat(RateHeaders.of(MultiMap.caseInsensitiveMultiMap(), NOW).any()).isFalse();
  }
}
