package io.tidegate.run;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.BudgetBook.Asked;
import io.tidegate.run.BudgetBook.Page;
import io.tidegate.run.BudgetBook.Standing;
import io.tidegate.run.BudgetBook.Used;
import io.tidegate.run.Rejection.Kind;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the outside can ask of a tenant's budgets. What can't be done fails with a {@link
 * Rejection}.
 */
public final class BudgetDesk {
  private final BudgetBook book;
  private final Raised raised;
  private final Agents agents;

  /** Is told that a budget has other limits. */
  public interface Raised {
    void raised(String tenant, Scope scope, String id);
  }

  public BudgetDesk(BudgetBook book, Raised raised, Agents agents) {
    this.book = book;
    this.raised = raised;
    this.agents = agents;
  }

  /** The budgets that have a limit. */
  public Future<Page<Standing>> list(String tenant, @Nullable String cursor, int limit) {
    return available(book.list(tenant, cursor, limit));
  }

  /** One budget, in each of its periods. */
  public Future<List<Standing>> show(String tenant, Scope scope, String id) {
    return available(book.show(tenant, scope, known(tenant, scope, id)));
  }

  /**
   * Sets the limits of a budget in place of the configuration's, and lets runs go on that waited
   * for it; null takes a limit back.
   *
   * @param period null for the usual one: in all for a run or a session, a day for others
   */
  public Future<Standing> set(
      String tenant,
      Scope scope,
      String id,
      @Nullable Period period,
      @Nullable Usd usd,
      @Nullable Long tokens) {
    var name = known(tenant, scope, id);
    var limited = period(scope, period);
    return available(
        book.set(tenant, scope, name, limited, usd, tokens)
            .compose(_ -> book.show(tenant, scope, name))
            .map(
                all -> {
                  raised.raised(tenant, scope, name);
                  return all.stream()
                      .filter(standing -> standing.period() == limited)
                      .findFirst()
                      .orElseThrow();
                }));
  }

  private static Period period(Scope scope, @Nullable Period period) {
    return switch (scope) {
      case RUN, SESSION -> {
        if (period != null && period != Period.TOTAL) {
          throw new Rejection(
              Kind.INVALID, "The budget of a run or a session has the period total.");
        }
        yield Period.TOTAL;
      }
      case AGENT, TENANT -> {
        if (period == Period.TOTAL) {
          throw new Rejection(
              Kind.INVALID, "The budget of an agent or a tenant has the period day or month.");
        }
        yield period == null ? Period.DAY : period;
      }
    };
  }

  /** The budget's own id: a session shares that of its family's root. */
  private String known(String tenant, Scope scope, String id) {
    boolean there =
        switch (scope) {
          case TENANT -> id.equals(tenant);
          case AGENT -> agents.find(id).isPresent();
          case SESSION, RUN -> SessionId.valid(id);
        };
    if (!there) {
      throw new Rejection(
          Kind.NOT_FOUND, "There is no %s '%s' that has a budget.".formatted(scope.wire(), id));
    }
    return scope == Scope.SESSION ? new SessionId(tenant, id).root() : id;
  }

  /** What was used from one day to another. */
  public Future<Page<Used>> usage(Asked asked) {
    return available(book.usage(asked));
  }

  private static <T> Future<T> available(Future<T> answer) {
    return answer.recover(
        why ->
            Future.failedFuture(
                why instanceof Journal.Unavailable
                    ? new Rejection(Kind.UNAVAILABLE, "The store of budgets does not answer.")
                    : why));
  }
}
