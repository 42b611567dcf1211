package io.tidegate.run;

import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Event.BudgetRefused;
import io.tidegate.loop.Event.BudgetWarned;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calls may cost. Each is reserved on all levels in one step before it is sent, and settled
 * when it is over. All of it may be repeated: a claim is reserved once and settled once.
 *
 * <p>What fails with {@link Journal.Unavailable} may have been done. A reservation that nobody
 * settles counts as spent when its time is over.
 */
public interface Budgets {

  /** Reserves what a call may come to at most, on all levels or on none. */
  Future<Answer> reserve(Order order);

  /** Whether a call may be sent. */
  sealed interface Answer {
    record Granted() implements Answer {}

    /** There is no room now, but there may be when others' calls come to less than they may. */
    record Held(Budget by) implements Answer {}

    /**
     * There is no room, whatever others give back. It is noted that the session waits for some, see
     * {@link BudgetBook#ready}.
     */
    record Refused(BudgetRefused why) implements Answer {}
  }

  /**
   * Puts what a call came to in the place of what was reserved for it, and gives the thresholds
   * that this passed.
   *
   * @param bill what it came to, or null if nobody knows: then it is what was estimated
   */
  Future<List<BudgetWarned>> settle(Order order, @Nullable Bill bill);

  /** Gives back what was reserved: the call cost nothing. */
  Future<Void> release(Order order);

  /**
   * A call that is to be paid for.
   *
   * @param agent whose budget it draws on beside those of its run, its session and its tenant
   * @param model what is called: {@code provider/model}, or {@code tool:name}
   * @param limits those of its run
   * @param spent what its run had spent by its journal: a store that forgot some of it does not let
   *     the run spend it again
   * @param tokens the tokens that its run had used
   * @param lifetimeMs after how many milliseconds it is over in any case
   */
  record Order(
      Claim claim,
      String agent,
      String model,
      Limits limits,
      Usd spent,
      long tokens,
      Estimate estimate,
      long lifetimeMs) {
    /** The same claim, for a reply that another target than the first gave. */
    Order to(Pin.Target served) {
      return new Order(claim, agent, served.name(), limits, spent, tokens, estimate, lifetimeMs);
    }
  }

  /**
   * Names a call for good.
   *
   * @param what the call within its run: turn and attempt, and what else is asked during that
   *     attempt; or a tool call and its attempt
   * @param rank grows with each claim that an owner of the session makes, and from owner to owner:
   *     what is said late of a claim that was reserved anew since is not heard
   */
  record Claim(SessionId session, String run, String what, long rank) {
    /** The first question of an attempt. */
    static Claim model(SessionId session, String run, int turn, int attempt, long rank) {
      return new Claim(session, run, turn + "." + attempt, rank);
    }

    static Claim tool(SessionId session, String run, String call, int attempt, long rank) {
      return new Claim(session, run, call + "." + attempt, rank);
    }
  }

  /** What a call came to, as the provider counted it. */
  record Bill(Usage usage, Usd cost) {}
}
