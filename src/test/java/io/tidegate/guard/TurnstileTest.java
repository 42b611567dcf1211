package io.tidegate.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final AtomicInteger most = new AtomicInteger(1);
  private final AtomicInteger entered = new AtomicInteger();
  private final Turnstile turnstile = new Turnstile(most::get, 2);

  private Turnstile.Pass enter() {
    return turnstile.enter("t", entered::incrementAndGet).orElseThrow();
  }

  @Test
  void whoIsLetInFromTheLineIsToldByItsTaskAloneAndOnce() {
    var inside = enter();
    assertThat(inside.immediate()).isTrue();
    var waits = enter();
    inside.close();
    assertThat(entered).hasValue(1);
    assertThat(waits.immediate()).as("it would begin a second time").isFalse();
  }

  @Test
  void theLineHasAnEnd() {
    var inside = enter();
    enter();
    var last = enter();
    assertThat(turnstile.enter("t", entered::incrementAndGet)).isEmpty();
    last.close();
    assertThat(turnstile.enter("t", entered::incrementAndGet)).isPresent();
    inside.close();
    inside.close();
    assertThat(entered).as("one place, one goes in").hasValue(1);
  }

  @Test
  void whenThereIsMoreRoomTheNextWhoLeavesLetsInSeveral() {
    var inside = enter();
    enter();
    enter();
    most.set(2);
    inside.close();
    assertThat(entered).hasValue(2);
  }
}
