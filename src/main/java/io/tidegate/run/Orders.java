package io.tidegate.run;

import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Call;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Claim;
import io.tidegate.run.Budgets.Order;

/** What the calls of a session are to be paid from. */
final class Orders {
  /** A call may wait that long for the journal before it is sent, and be late with its end. */
  private static final long MARGIN_MS = 60_000;

  private static final long LONGEST_MS = 86_400_000;

  /** What a claim comes to of which nothing is known. */
  static final Estimate NOTHING = new Estimate(0, 0, Usd.ZERO);

  private Orders() {}

  /** A question, which may wait for its place as long as its whole answer may take. */
  static Order model(
      SessionId session, RunState state, long rank, Pin.Target target, Estimate estimate) {
    var turn = state.turn();
    var timeout = target.timeout();
    return order(
        state,
        Claim.model(session, state.run(), turn.number(), turn.attempt(), rank),
        target.name(),
        estimate,
        timeout.connectMs() + 2 * timeout.totalMs());
  }

  /** A call of a tool that has a price. */
  static Order tool(SessionId session, RunState state, long rank, Call call, int attempt) {
    var contract = call.contract();
    if (contract == null) {
      throw new IllegalStateException("call '" + call.id() + "' has no contract");
    }
    return order(
        state,
        Claim.tool(session, state.run(), call.id(), attempt, rank),
        "tool:" + call.tool(),
        new Estimate(0, 0, contract.price()),
        contract.timeoutMs());
  }

  /** The same claim, of which only who reserved it knows whether it was. */
  static Order unknown(Order order) {
    return new Order(
        order.claim(),
        order.agent(),
        order.model(),
        order.limits(),
        order.spent(),
        order.tokens(),
        NOTHING,
        order.lifetimeMs());
  }

  private static Order order(
      RunState state, Claim claim, String model, Estimate estimate, long lifetimeMs) {
    return new Order(
        claim,
        state.requirePin().agent(),
        model,
        state.limits(),
        state.cost(),
        state.usage().total(),
        estimate,
        Math.min(LONGEST_MS, lifetimeMs + MARGIN_MS));
  }

  /** What a tool charges for a call. */
  static Bill price(Order order) {
    return new Bill(Usage.NONE, order.estimate().cost());
  }

  /** Whether calls of it are to be paid. */
  static boolean priced(Call call) {
    return call.contract() != null && call.contract().price().nanos() > 0;
  }
}
