package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.benchmark.Figure.Verdict;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;

/** Many runs at once that spend one tenant's budget, which is enough for some of them. */
final class BudgetRow implements Row {
  private static final String WHAT = "spent beyond a budget";

  /** Of ten runs the budget pays so many. */
  private static final BigDecimal PAID_SHARE = new BigDecimal("0.4");

  private static final int NOT_FOUND = 404;

  @Override
  public String name() {
    return "budget";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    var price = price(lab);
    if (price == null) {
      return List.of(
          new Figure(name(), WHAT, "this gateway has no budgets", "0 USD", Verdict.NOT_MEASURED));
    }
    int runs = lab.size().spenders();
    var budget = price.multiply(BigDecimal.valueOf(runs)).multiply(PAID_SHARE).stripTrailingZeros();
    try (var house = lab.house().with("BENCHMARK_DAY_USD", budget.toPlainString());
        var api = new Api(house.gateway().url())) {
      var begun =
          Crew.each(
              Collections.nCopies(runs, Contest.INPUT),
              input -> BackgroundRun.begin(api, Contest.AGENT, input));
      return figures(budget, Crew.each(begun, run -> run.rest(api)));
    }
  }

  /** What one run costs; null if the gateway keeps no budgets. */
  private static BigDecimal price(Lab lab) {
    try (var house = lab.house();
        var api = new Api(house.gateway().url())) {
      if (api.get("/v1/budgets").status() == NOT_FOUND) {
        return null;
      }
      return cost(BackgroundRun.begin(api, Contest.AGENT, Contest.INPUT).rest(api));
    }
  }

  private List<Figure> figures(BigDecimal budget, List<JsonNode> stops) {
    var spent = stops.stream().map(BudgetRow::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    var beyond = spent.subtract(budget).max(BigDecimal.ZERO);
    long exhausted =
        stops.stream()
            .filter(stop -> stop.path("reason").asText().equals("budget_exhausted"))
            .count();
    return List.of(
        Figure.of(
            name(),
            WHAT,
            beyond.toPlainString() + " USD",
            "0 USD",
            beyond.signum() == 0 && exhausted > 0),
        Figure.told(
            name(),
            "  of %d runs on %s USD".formatted(stops.size(), budget.toPlainString()),
            "%s USD spent, %d runs wait".formatted(spent.toPlainString(), exhausted)));
  }

  private static BigDecimal cost(JsonNode stop) {
    return new BigDecimal(stop.path("cost_usd").asText("0"));
  }
}
