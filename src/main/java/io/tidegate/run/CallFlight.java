package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.Call;
import io.tidegate.loop.Effect;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A tool call on its way: waits for a slot, reserves its price if it has one, journals that it
 * starts, sends, journals what came of it.
 */
final class CallFlight implements Flight {
  private static final long LEASE_PAUSE_MS = 50;
  private static final long REPLICATION_PAUSE_MS = 200;

  private final SessionDriver driver;
  private final String run;
  private final Call call;
  private final Contract contract;
  private final Effect.Start start;
  private final CallSlots slots;
  private CallSlots.@Nullable Ticket ticket;
  private Till.@Nullable Ticket claim;
  private @Nullable Order order;
  private @Nullable Execution execution;
  private long sentAt;
  private boolean intended;
  private boolean over;
  private boolean abandoned;
  private @Nullable BiConsumer<String, Event.CallReturned> left;

  CallFlight(
      SessionDriver driver, CallSlots slots, Call call, Contract contract, Effect.Start start) {
    this.driver = driver;
    this.run = driver.state().run();
    this.call = call;
    this.contract = contract;
    this.start = start;
    this.slots = slots;
  }

  /** Says whether it journaled something. */
  boolean begin() {
    if (Orders.priced(call)) {
      // Before it has a slot: who waits for money keeps none from others.
      reserve();
      return false;
    }
    return takeSlot();
  }

  private boolean takeSlot() {
    var taken = slots.take(call.tool(), () -> driver.later(this::granted));
    ticket = taken;
    if (taken.immediate()) {
      intend();
    }
    return taken.immediate();
  }

  private void granted() {
    if (!over) {
      driver.act(this::intend);
    }
  }

  private void giveSlotBack() {
    if (ticket != null) {
      ticket.close();
    }
  }

  private void reserve() {
    var placed =
        Orders.tool(driver.id(), driver.state(), driver.claimRank(), call, start.attempt());
    order = placed;
    claim = driver.till().reserve(placed, refused -> driver.act(() -> reserved(refused)));
  }

  private void reserved(Optional<Event.BudgetRefused> refused) {
    if (refused.isEmpty()) {
      takeSlot();
      return;
    }
    over = true;
    driver.note(run, refused.get());
  }

  /** What was sent is to be paid, whatever came of it. */
  private void settle(boolean sent) {
    var placed = order;
    if (placed == null) {
      return;
    }
    order = null;
    if (sent) {
      driver.till().settle(placed, Orders.price(placed), warned -> driver.warn(run, warned));
    } else {
      driver.till().release(placed);
    }
  }

  private void intend() {
    var now = driver.state().anyCall(call.id()).orElse(call);
    var objection = driver.deliberation().lastWord(driver.state(), now);
    if (objection.isPresent()) {
      settle(false);
      driver.note(run, objection.get());
      return;
    }
    intended = true;
    driver
        .record(run, new Event.CallStarted(call.id(), call.tool(), start.attempt(), start.eager()))
        .onSuccess(_ -> driver.perform(this::replicate));
  }

  /** A write waits until the store's own replicas know of its intent, if they are to. */
  private void replicate() {
    int replicas = driver.shell().replica().waitReplicas();
    if (over || replicas == 0 || contract.effect() != SideEffect.WRITE) {
      send();
      return;
    }
    driver
        .shell()
        .journal()
        .replicated(driver.id(), replicas)
        .onSuccess(_ -> driver.perform(this::send))
        .onFailure(
            _ ->
                driver
                    .shell()
                    .time()
                    .after(REPLICATION_PAUSE_MS, () -> driver.perform(this::replicate)));
  }

  /**
   * Others may have taken the session from a process that was silent for too long: what is left of
   * its lease is the last thing that is looked at.
   */
  private void send() {
    if (over) {
      return;
    }
    if (!driver.leaseHolds()) {
      driver.shell().time().after(LEASE_PAUSE_MS, () -> driver.perform(this::send));
      return;
    }
    sentAt = driver.shell().time().nanos();
    var sent = driver.shell().toolbox().start(invocation());
    execution = sent;
    sent.result().onSuccess(this::returned);
  }

  private Invocation invocation() {
    var trace = driver.state().trace();
    return new Invocation(
        driver.id(),
        run,
        call.id(),
        contract,
        call.args(),
        start.attempt(),
        Invocation.idempotencyKey(driver.id(), run, call),
        trace == null ? null : trace.call(call.id(), start.attempt()));
  }

  private void returned(Returned returned) {
    boolean cancelled = over;
    over = true;
    giveSlotBack();
    settle(returned.tries() > 0 || returned.outcome() == Outcome.UNKNOWN);
    if (left != null) {
      left.accept(run, event(returned, false));
    } else if (abandoned) {
      driver.landLate(this, run, event(returned, true));
    } else if (!cancelled) {
      driver.happen(run, event(returned, false));
    }
  }

  private Event.CallReturned event(Returned returned, boolean late) {
    long ms = (driver.shell().time().nanos() - sentAt) / 1_000_000;
    return new Event.CallReturned(
        call.id(),
        call.tool(),
        start.attempt(),
        returned.outcome(),
        returned.result(),
        returned.tries(),
        ms,
        late,
        returned.failure(),
        returned.cached());
  }

  /** Whether only its answer can tell what it did: a write that was begun and has none. */
  boolean mustLand() {
    return intended && !over && contract.effect() == SideEffect.WRITE;
  }

  boolean sentWrite() {
    return execution != null && contract.effect() == SideEffect.WRITE && (abandoned || !over);
  }

  /** The session is no longer this process's: whoever is given here is told what comes back. */
  void leaveTo(BiConsumer<String, Event.CallReturned> reporter) {
    left = reporter;
  }

  @Override
  public boolean begun() {
    return intended;
  }

  /**
   * A write that was sent is not broken off, since that would not undo it: its result is journaled
   * when it comes.
   */
  @Override
  public void cancel() {
    if (over) {
      return;
    }
    if (execution != null && execution.sent() && contract.effect() == SideEffect.WRITE) {
      abandoned = true;
      driver.expectLate(this);
      return;
    }
    over = true;
    if (claim != null) {
      claim.cancel();
    }
    if (execution != null) {
      execution.cancel();
    } else if (ticket != null) {
      settle(false);
    }
    giveSlotBack();
  }

  /** The outcome when nobody can know it. */
  static Event.CallReturned unknown(Call call) {
    return new Event.CallReturned(
        call.id(),
        call.tool(),
        call.attempt(),
        Outcome.UNKNOWN,
        Json.error("The gateway stopped while this call was under way: it may have taken effect."),
        0,
        0,
        false,
        FailureClass.TRANSPORT,
        false);
  }
}
