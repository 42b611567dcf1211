package io.tidegate.loop;

import io.tidegate.conversation.Usd;
import java.util.Locale;

/**
 * One of the budgets that a call draws on.
 *
 * @param id the run, the session at the root of its family, the agent or the tenant
 * @param period what its limit is for
 * @param unit what its limit counts
 */
public record Budget(Scope scope, String id, Period period, Unit unit) {

  /** Whose budget it is. */
  public enum Scope {
    RUN,
    /** A session with its forks and children. */
    SESSION,
    /** An agent in its tenant. */
    AGENT,
    TENANT;

    /** As the API writes it. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Days and months are those of UTC. */
  public enum Period {
    /** From the first call to the last. */
    TOTAL,
    DAY,
    MONTH;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What amounts are counted in: billionths of a dollar, or tokens. */
  public enum Unit {
    USD,
    TOKENS;

    /** The amount as people read it. */
    public String show(long amount) {
      return this == USD ? new Usd(amount) + " USD" : amount + " tokens";
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What it is called in a sentence. */
  String named() {
    var whose = "The " + scope.wire() + " '" + id + "'";
    return switch (period) {
      case TOTAL -> whose + " may use";
      case DAY -> whose + " may use a day";
      case MONTH -> whose + " may use a month";
    };
  }

  /** What lets a run go on that it holds back. */
  String remedy() {
    var raise = "Raise it: PUT /v1/budgets/" + scope.wire() + "/" + id;
    return switch (scope) {
      case RUN ->
          "Resume the run with a higher limit of "
              + (unit == Unit.USD ? "cost_usd" : "tokens")
              + ", or raise its budget.";
      case SESSION -> raise + ". The runs that wait go on by themselves.";
      case AGENT, TENANT ->
          raise
              + ", or wait for the next "
              + period.wire()
              + ". The runs that wait go on by themselves.";
    };
  }
}
