package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * How an invoice's run came to rest.
 *
 * @param reason the stop's reason, such as {@code completed}
 * @param detail the stop's detail
 * @param outcome what the agent says became of the invoice, or empty
 * @param variance the variance that it found
 * @param decision what a person decided about its posting, or null if nobody was asked
 */
record Result(
    String invoice,
    String session,
    String run,
    String reason,
    String detail,
    String outcome,
    double variance,
    double costUsd,
    long tokens,
    @Nullable Decision decision) {

  /** What a person decides. */
  enum Decision {
    APPROVED,
    DENIED
  }

  static Result of(String invoice, String session, String run, JsonNode stop, JsonNode output) {
    var usage = stop.path("usage");
    return new Result(
        invoice,
        session,
        run,
        stop.path("reason").asText("unknown"),
        stop.path("detail").asText(),
        output.path("outcome").asText(),
        output.path("variance").asDouble(),
        stop.path("cost_usd").asDouble(),
        tokens(usage, "input") + tokens(usage, "output"),
        null);
  }

  private static long tokens(JsonNode usage, String kind) {
    return usage.path(kind).asLong(usage.path(kind + "_tokens").asLong());
  }

  boolean waitsForApproval() {
    return reason.equals("approval_pending");
  }

  /** Whether the agent came to no end, as tools failed. */
  boolean gaveUp() {
    return outcome.equals("failed");
  }

  Result after(@Nullable Decision decided) {
    return new Result(
        invoice, session, run, reason, detail, outcome, variance, costUsd, tokens, decided);
  }
}
