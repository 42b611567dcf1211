package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.app.demo.Metrics.Sample;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the providers billed, held against what the gateway counted. */
record Billed(Map<Player, Bill> bills, Metrics metrics, BigDecimal paid) {
  private static final String TOKENS = "gen_ai_client_token_usage";
  private static final String KIND = "gen_ai_token_type";
  private static final BigDecimal ROUNDING = new BigDecimal("0.000001");

  /**
   * One provider's bill.
   *
   * @param replies whole ones; {@code input} and {@code output} are their tokens
   * @param broken those that broke off, with the tokens that were read and said until then
   */
  record Bill(
      long replies, long input, long output, long broken, long brokenInput, long brokenOutput) {
    static final Bill NONE = new Bill(0, 0, 0, 0, 0, 0);

    static Bill of(JsonNode item) {
      return new Bill(
          item.path("complete").asLong(),
          item.path("input").asLong(),
          item.path("output").asLong(),
          item.path("broken").asLong(),
          item.path("broken_input").asLong(),
          item.path("broken_output").asLong());
    }

    BigDecimal wholeCost(Player player) {
      return player.price(input, output);
    }

    BigDecimal brokenCost(Player player) {
      return player.price(brokenInput, brokenOutput);
    }

    Bill plus(Bill more) {
      return new Bill(
          replies + more.replies,
          input + more.input,
          output + more.output,
          broken + more.broken,
          brokenInput + more.brokenInput,
          brokenOutput + more.brokenOutput);
    }
  }

  /** The paid sum is what the runs say that they cost, in USD. */
  static Billed read(Cast cast, Metrics metrics, double paid) throws InterruptedException {
    var bills = new EnumMap<Player, Bill>(Player.class);
    for (var player : Player.values()) {
      bills.put(player, cast.billed(player));
    }
    return new Billed(bills, metrics, BigDecimal.valueOf(paid));
  }

  /** What whole replies cost at the providers, in USD. */
  BigDecimal whole() {
    return bills.entrySet().stream()
        .map(bill -> bill.getValue().wholeCost(bill.getKey()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  void print(PrintStream out) {
    bills.forEach(
        (player, bill) ->
            Report.line(
                out,
                "model " + player,
                "billed $%.4f for %d replies, and $%.4f for %d that broke off"
                    .formatted(
                        bill.wholeCost(player),
                        bill.replies(),
                        bill.brokenCost(player),
                        bill.broken())));
    Report.line(
        out,
        "runs",
        "cost $%.4f: $%.4f for what was kept, $%.4f for what broke off, at its estimate"
            .formatted(paid, kept(), paid.subtract(kept())));
  }

  /** What the gateway counted for the replies that it kept, and for hedges that lost. */
  BigDecimal kept() {
    return BigDecimal.valueOf(
        metrics.all("tidegate_cost_usd_total").stream().mapToDouble(Sample::value).sum());
  }

  /**
   * A provider may have finished a reply that nobody waited for any more, as another was faster:
   * then it billed more replies than were kept.
   */
  List<String> problems() {
    long replies = bills.values().stream().mapToLong(Bill::replies).sum();
    long billed = bills.values().stream().mapToLong(bill -> bill.input() + bill.output()).sum();
    long kept = metrics.count(TOKENS + "_count", KIND, "input");
    long counted = metrics.count(TOKENS + "_sum");
    var problems = new ArrayList<String>();
    if (kept == replies ? counted != billed : kept > replies || counted > billed) {
      problems.add(
          "The providers billed %d tokens for %d replies, and the gateway counted %d for %d."
              .formatted(billed, replies, counted, kept));
    }
    if (kept == replies && less(kept(), whole())) {
      problems.add(
          "Replies that were kept cost $%s, and $%s were billed.".formatted(kept(), whole()));
    }
    if (less(paid, whole().add(broken(Player.A)))) {
      problems.add("The runs cost $%s, which is less than what was billed.".formatted(paid));
    }
    return problems;
  }

  private BigDecimal broken(Player player) {
    return bills.getOrDefault(player, Bill.NONE).brokenCost(player);
  }

  /** Less by more than what doubles round. */
  private static boolean less(BigDecimal one, BigDecimal other) {
    return one.add(ROUNDING).compareTo(other) < 0;
  }
}
