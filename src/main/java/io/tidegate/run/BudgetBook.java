package io.tidegate.run;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How budgets stand, what was used, and which runs wait for budgets. */
public interface BudgetBook {

  /**
   * The budgets of a tenant: its own, those of its agents, and all that somebody set.
   *
   * @param cursor where to begin, from the page before, or null
   */
  Future<Page<Standing>> list(String tenant, @Nullable String cursor, int limit);

  /** The budgets of a tenant and of its agents that have a limit. */
  Future<List<Standing>> named(String tenant);

  /** How one budget stands, in each of its periods, be there a limit or not. */
  Future<List<Standing>> show(String tenant, Scope scope, String id);

  /**
   * How a budget stands.
   *
   * @param usd its limit in USD, or null if it has none
   * @param tokens its limit in tokens, or null if it has none
   * @param set whether somebody set a limit, in place of the configuration's
   * @param reserved what calls under way may come to
   */
  record Standing(
      Scope scope,
      String id,
      Period period,
      @Nullable Usd usd,
      @Nullable Long tokens,
      boolean set,
      Usd used,
      long usedTokens,
      Usd reserved,
      long reservedTokens) {}

  /**
   * Sets the limits of a budget in place of the configuration's; null takes one back. It holds when
   * the future completes.
   */
  Future<Void> set(
      String tenant,
      Scope scope,
      String id,
      Period period,
      @Nullable Usd usd,
      @Nullable Long tokens);

  /** Part of a list, and where the next begins; null at the end. */
  record Page<T>(List<T> items, @Nullable String next) {
    public Page {
      items = List.copyOf(items);
    }
  }

  /** What was used from one day to another, both included, in UTC. */
  Future<Page<Used>> usage(Asked asked);

  /** Which usage is asked for. */
  record Asked(
      String tenant, By by, LocalDate from, LocalDate to, @Nullable String cursor, int limit) {}

  /** What usage is told by. */
  enum By {
    TENANT,
    AGENT,
    MODEL,
    SESSION,
    DAY
  }

  /**
   * What was used.
   *
   * @param key the tenant, agent, model ({@code provider/model} or {@code tool:name}), session or
   *     day
   * @param calls how many calls were settled
   * @param guessed how many of them at what was estimated, as nobody told what they came to
   */
  record Used(
      String key, long calls, long guessed, long input, long cachedInput, long output, Usd cost) {}

  /** The tenants of which a session may wait for a budget. */
  Future<List<String>> waitingTenants();

  /**
   * Sessions that wait for a budget which has room for them now, no more than there is room for.
   * One is named again a few seconds later, until it was granted its call or is {@link #woken}.
   *
   * @param after what came before, or null to begin with
   */
  Future<@Nullable Ready> ready(String tenant, @Nullable Ready after);

  /** As {@link #ready}, of the sessions that wait for one budget. */
  Future<@Nullable Ready> ready(String tenant, Scope scope, String id);

  /**
   * Some of the sessions that wait for a budget.
   *
   * @param account the budget, as the book names it
   * @param next where the next begin, or -1
   */
  record Ready(String tenant, String account, long next, List<Turn> turns) {
    public Ready {
      turns = List.copyOf(turns);
    }
  }

  /** A session and the turn that it was given. */
  record Turn(SessionId session, String turn) {}

  /** The session does not wait any more, unless it came to wait anew since its turn. */
  Future<Void> woken(String account, Turn turn);
}
