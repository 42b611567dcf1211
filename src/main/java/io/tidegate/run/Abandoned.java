package io.tidegate.run;

import io.tidegate.loop.Call;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Turn;
import io.tidegate.run.Budgets.Order;
import java.util.stream.Stream;

/** What the process that drove a session before had reserved and can't settle any more. */
final class Abandoned {
  private final SessionDriver driver;

  Abandoned(SessionDriver driver) {
    this.driver = driver;
  }

  /**
   * What was sent counts as what was estimated, as nobody knows better; what was not sent is given
   * back.
   */
  void settle() {
    model(driver.state());
    Stream.concat(driver.state().calls().stream(), driver.state().turn().voided().stream())
        .filter(Orders::priced)
        .forEach(this::tool);
  }

  private void model(RunState state) {
    var turn = state.turn();
    var asked = state.spending().asked();
    var target = state.requirePin().route().targets().get(turn.target());
    if (turn.stage() == Turn.Stage.ASKING && asked != null) {
      var order = Orders.model(driver.id(), state, driver.claimRank(), target, asked);
      driver.till().settle(order, null, warned -> driver.warn(state.run(), warned));
    } else if (turn.stage() == Turn.Stage.TO_ASK) {
      release(state, target);
    }
  }

  /** What it reserved, if anything, is known where it was reserved. */
  private void release(RunState state, Pin.Target target) {
    var order = Orders.model(driver.id(), state, driver.claimRank(), target, Orders.NOTHING);
    driver.till().release(order);
  }

  /** One that was not begun may have been paid for: it waited for its place among the calls. */
  private void tool(Call call) {
    switch (call.status()) {
      case RUNNING -> {
        var order = order(call, call.attempt());
        var run = driver.state().run();
        driver.till().settle(order, Orders.price(order), warned -> driver.warn(run, warned));
      }
      case PROPOSED, APPROVED ->
          driver.till().release(Orders.unknown(order(call, call.attempt() + 1)));
      case AWAITING_APPROVAL,
          DENIED,
          EXPIRED,
          AWAITING_INPUT,
          ORPHANED,
          SUCCEEDED,
          FAILED,
          TIMED_OUT,
          UNKNOWN,
          CANCELLED -> {}
    }
  }

  private Order order(Call call, int attempt) {
    return Orders.tool(driver.id(), driver.state(), driver.claimRank(), call, attempt);
  }
}
