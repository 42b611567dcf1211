package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;

/** Many runs at once that spend one tenant's budget, which is enough for some of them. */
final class BudgetRow implements Row {
  private static final String WHAT = "spent beyond a budget";

  /** As the benchmark's configuration names it. */
  private static final String TENANT = "bench";

  private static final int OK = 200;

  /** Of ten runs the budget pays so many. */
  private static final BigDecimal PAID_SHARE = new BigDecimal("0.4");

  @Override
  public String name() {
    return "budget";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    var price = price(lab);
    int runs = lab.size().spenders();
    var budget = price.multiply(BigDecimal.valueOf(runs)).multiply(PAID_SHARE).stripTrailingZeros();
    try (var house = lab.house().with("BENCHMARK_DAY_USD", budget.toPlainString());
        var api = new Api(house.gateway().url())) {
      var begun =
          Crew.atOnce(
              Collections.nCopies(runs, Contest.INPUT),
              input -> BackgroundRun.begin(api, Contest.AGENT, input));
      var stops = Crew.each(begun, run -> run.rest(api));
      return figures(budget, stops, booked(api));
    }
  }

  /** What the gateway says was spent of the tenant's budget. */
  private static BigDecimal booked(Api api) {
    var answer = api.get("/v1/budgets?scope=tenant&id=" + TENANT);
    if (answer.status() != OK) {
      throw new IllegalStateException("the budget is not told: " + answer.text());
    }
    for (var budget : answer.body().get("items")) {
      if (budget.get("period").asText().equals("day")) {
        return new BigDecimal(budget.get("used_usd").asText());
      }
    }
    throw new IllegalStateException("there is no budget of a day in " + answer.text());
  }

  /** What one run costs. */
  private static BigDecimal price(Lab lab) {
    try (var house = lab.house();
        var api = new Api(house.gateway().url())) {
      return cost(BackgroundRun.begin(api, Contest.AGENT, Contest.INPUT).rest(api));
    }
  }

  private List<Figure> figures(BigDecimal budget, List<JsonNode> stops, BigDecimal booked) {
    var spent = stops.stream().map(BudgetRow::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    var beyond = spent.max(booked).subtract(budget).max(BigDecimal.ZERO);
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
            "%s USD spent, %s USD booked, %d runs wait"
                .formatted(spent.toPlainString(), booked.toPlainString(), exhausted)));
  }

  private static BigDecimal cost(JsonNode stop) {
    return new BigDecimal(stop.path("cost_usd").asText("0"));
  }
}
