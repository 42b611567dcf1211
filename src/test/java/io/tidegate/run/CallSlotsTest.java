package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
  private final List<String> granted = new ArrayList<>();

  private CallSlots.Ticket take(CallSlots slots, String tool, String name) {
    return slots.take(tool, () -> granted.add(name));
  }

  @Test
  void aFreeSlotIsTakenAtOnceAndTheTaskIsNotRun() {
    var slots = new CallSlots(2, _ -> 2);
    assertThat(take(slots, "a", "1").immediate()).isTrue();
    assertThat(granted).isEmpty();
  }

  @Test
  void whoeverWaitsLongestForAToolComesFirst() {
    var slots = new CallSlots(10, _ -> 1);
    var first = take(slots, "a", "1");
    var second = take(slots, "a", "2");
    take(slots, "a", "3");
    assertThat(take(slots, "b", "4").immediate()).isTrue();
    first.close();
    assertThat(granted).containsExactly("2");
    second.close();
    assertThat(granted).containsExactly("2", "3");
  }

  @Test
  void whoeverWaitsLongestForAnyToolComesFirst() {
    var slots = new CallSlots(1, _ -> 1);
    var holder = take(slots, "a", "0");
    var tickets = new ArrayList<CallSlots.Ticket>();
    for (var tool : List.of("d", "a", "c", "b", "a")) {
      tickets.add(take(slots, tool, tool + tickets.size()));
    }
    holder.close();
    tickets.forEach(CallSlots.Ticket::close);
    assertThat(granted).containsExactly("d0", "a1", "c2", "b3", "a4");
  }

  @Test
  void whoeverLeavesTheLineIsPassedOver() {
    var slots = new CallSlots(1, _ -> 1);
    var first = take(slots, "a", "1");
    var second = take(slots, "a", "2");
    take(slots, "a", "3");
    second.close();
    first.close();
    assertThat(granted).containsExactly("3");
  }

  @Test
  void aSlotIsGivenBackOnce() {
    var slots = new CallSlots(1, _ -> 1);
    var first = take(slots, "a", "1");
    take(slots, "a", "2");
    take(slots, "a", "3");
    first.close();
    first.close();
    assertThat(granted).containsExactly("2");
  }

  @Test
  void oneToolThatIsFullHoldsNoOther() {
    var slots = new CallSlots(10, tool -> tool.equals("a") ? 1 : 5);
    take(slots, "a", "1");
    take(slots, "a", "2");
    assertThat(take(slots, "b", "3").immediate()).isTrue();
  }

  @Test
  void manyThreadsNeverHoldMoreThanThereIs() throws Exception {
    var slots = new CallSlots(5, tool -> tool.equals("a") ? 3 : 4);
    var holding = new AtomicInteger();
    var most = new AtomicInteger();
    var done = new AtomicInteger();
    try (var pool = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 2_000; i++) {
        var tool = i % 2 == 0 ? "a" : "b";
        pool.execute(() -> new Holder(slots, tool, holding, most, done, pool).take());
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (done.get() < 2_000 && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
    assertThat(done).hasValue(2_000);
    assertThat(most.get()).isLessThanOrEqualTo(5);
    assertThat(holding).hasValue(0);
  }

  private record Holder(
      CallSlots slots,
      String tool,
      AtomicInteger holding,
      AtomicInteger most,
      AtomicInteger done,
      Executor pool) {
    void take() {
      var ticket = new CallSlots.Ticket[1];
      var ready = new CountDownLatch(1);
      ticket[0] = slots.take(tool, () -> pool.execute(() -> hold(ticket, ready)));
      ready.countDown();
      if (ticket[0].immediate()) {
        hold(ticket, ready);
      }
    }

    private void hold(CallSlots.Ticket[] ticket, CountDownLatch ready) {
      try {
        ready.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      most.accumulateAndGet(holding.incrementAndGet(), Math::max);
      holding.decrementAndGet();
      done.incrementAndGet();
      ticket[0].close();
    }
  }
}
