package io.tidegate.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.demo.Billed.Bill;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BilledTest {
  /** Model A takes 2.50 USD for a million tokens that it reads, and 10 for those that it says. */
  private static final Bill BILL = new Bill(2, 400_000, 100_000, 1, 40_000, 0);

  @Test
  void whatWasKeptIsWhatWasBilled() {
    assertThat(problems(2, 500_000, "2.0", "2.1")).isEmpty();
  }

  @Test
  void tokensThatNobodyCountedAreAProblem() {
    assertThat(problems(2, 499_999, "2.0", "2.1")).singleElement().asString().contains("499999");
  }

  @Test
  void repliesThatCostLessThanBilledAreAProblem() {
    assertThat(problems(2, 500_000, "1.9", "2.1")).singleElement().asString().contains("1.9");
  }

  @Test
  void whatBrokeOffIsPaidToo() {
    assertThat(problems(2, 500_000, "2.0", "2.0")).singleElement().asString().contains("less");
  }

  @Test
  void aReplyThatNobodyWaitedForMayHaveBeenBilled() {
    assertThat(problems(1, 250_000, "1.0", "2.2")).isEmpty();
    assertThat(problems(3, 500_000, "2.0", "2.2")).isNotEmpty();
  }

  private static List<String> problems(int kept, int tokens, String cost, String paid) {
    var metrics =
        """
        gen_ai_client_token_usage_count{gen_ai_token_type="input"} %d
        gen_ai_client_token_usage_sum{gen_ai_token_type="input"} %d
        tidegate_cost_usd_total{agent="reconciler"} %s
        """;
    return new Billed(
            Map.of(Player.A, BILL),
            Metrics.of(metrics.formatted(kept, tokens, cost)),
            new BigDecimal(paid))
        .problems();
  }
}
