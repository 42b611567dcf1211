package io.tidegate.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.guard.Breaker.State;
import io.tidegate.testing.InMemoryBreakerStates;
import io.tidegate.testing.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BreakersTest {
  private static final long MS = 1_000_000;
  private static final BreakerSettings SETTINGS =
      new BreakerSettings(0.5, 0.5, 1_000, 10, 4, 5_000, 2, 10_000);

  private final ManualTime time = new ManualTime();
  private final InMemoryBreakerStates shared = new InMemoryBreakerStates(time);
  private final List<String> heard = new ArrayList<>();
  private final GuardListener listener =
      new GuardListener() {
        @Override
        public void breaker(String name, State before, State now) {
          heard.add(before + ">" + now);
        }
      };
  private final Breaker here = new Breakers(shared, time, listener).of("a", SETTINGS);
  private final Breaker there = new Breakers(shared, time, GuardListener.NONE).of("a", SETTINGS);

  private static Optional<Permit> acquire(Breaker breaker) {
    return breaker.acquire().result();
  }

  private void fail(Breaker breaker, int times) {
    for (int i = 0; i < times; i++) {
      breaker.tryAcquire().orElseThrow().onFailure(MS);
    }
  }

  private void open() {
    fail(here, 4);
    assertThat(here.state()).isEqualTo(State.OPEN);
  }

  @Test
  void opensByTheShareOfFailuresOnceThereAreEnoughCalls() {
    fail(here, 3);
    assertThat(here.state()).isEqualTo(State.CLOSED);
    here.tryAcquire().orElseThrow().onSuccess(MS);
    assertThat(here.state()).isEqualTo(State.OPEN);
    assertThat(here.tryAcquire()).isEmpty();
    assertThat(here.waitMs()).isEqualTo(5_000);
  }

  @Test
  void opensByTheShareOfSlowCalls() {
    for (int i = 0; i < 2; i++) {
      here.tryAcquire().orElseThrow().onSuccess(MS);
      here.tryAcquire().orElseThrow().onSuccess(1_000 * MS);
    }
    assertThat(here.state()).isEqualTo(State.OPEN);
  }

  @Test
  void callsThatSayNothingAreNotCounted() {
    for (int i = 0; i < 100; i++) {
      here.tryAcquire().orElseThrow().onIgnore();
    }
    fail(here, 3);
    assertThat(here.state()).isEqualTo(State.CLOSED);
  }

  private List<Permit> permits(int count) {
    return Stream.generate(() -> here.tryAcquire().orElseThrow()).limit(count).toList();
  }

  @Test
  void failuresOfCallsDuringWhichThisProcessStoodStillAreNotCounted() {
    var timedOut = permits(10);
    time.advance(100);
    time.standStill(2_500);
    timedOut.subList(0, 5).forEach(permit -> permit.onFailure(2_600 * MS));
    time.advance(1);
    timedOut.subList(5, 10).forEach(permit -> permit.onFailure(2_601 * MS));
    assertThat(here.state()).isEqualTo(State.CLOSED);
    assertThat(there.state()).isEqualTo(State.CLOSED);
    fail(here, 3);
    assertThat(here.state()).isEqualTo(State.CLOSED);
    fail(here, 1);
    assertThat(here.state()).isEqualTo(State.OPEN);
  }

  @Test
  void slowAnswersToAProcessThatStoodStillAreNotCounted() {
    var slow = permits(4);
    time.standStill(2_500);
    slow.forEach(permit -> permit.onSuccess(2_500 * MS));
    permits(4).forEach(permit -> permit.onSuccess(MS));
    assertThat(here.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aNeighbourThatKeepsSilentWhileThisProcessRunsIsSick() {
    var timedOut = permits(4);
    time.advance(10_000);
    timedOut.forEach(permit -> permit.onFailure(10_000 * MS));
    assertThat(here.state()).isEqualTo(State.OPEN);
  }

  @Test
  void idleTimeIsNoStandstillAndNothingBeatsInIt() {
    permits(4).forEach(permit -> permit.onSuccess(MS));
    time.advance(1_000);
    assertThat(time.waiting()).isZero();
    time.standStill(60_000);
    fail(here, 4);
    assertThat(here.state()).isEqualTo(State.OPEN);
  }

  @Test
  void aProbeThatFailedWhileThisProcessStoodStillIsGivenBack() {
    open();
    time.advance(5_000);
    var probe = acquire(here).orElseThrow();
    time.standStill(2_500);
    probe.onFailure(2_500 * MS);
    assertThat(here.state()).isEqualTo(State.HALF_OPEN);
    acquire(here).orElseThrow().onSuccess(MS);
    acquire(there).orElseThrow().onSuccess(MS);
    assertThat(here.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void openingIsToldToAll() {
    open();
    assertThat(there.state()).isEqualTo(State.OPEN);
    assertThat(there.tryAcquire()).isEmpty();
    assertThat(there.waitMs()).isEqualTo(5_000);
  }

  @Test
  void whoComesLaterFindsItOpen() {
    open();
    time.advance(2_000);
    var late = new Breakers(shared, time, listener).of("a", SETTINGS);
    assertThat(late.state()).isEqualTo(State.OPEN);
    assertThat(late.waitMs()).isEqualTo(3_000);
  }

  @Test
  void allReplicasTogetherProbeNoMoreThanOneWould() {
    open();
    time.advance(5_000);
    assertThat(acquire(here)).isPresent();
    assertThat(acquire(there)).isPresent();
    assertThat(acquire(here)).isEmpty();
    assertThat(acquire(there)).isEmpty();
  }

  @Test
  void whoIsRefusedDoesNotAskAgainAtOnce() {
    open();
    time.advance(5_000);
    acquire(here);
    acquire(here);
    acquire(there);
    int asked = shared.asked();
    for (int i = 0; i < 50; i++) {
      acquire(there);
      acquire(here);
    }
    assertThat(shared.asked()).isEqualTo(asked);
  }

  @Test
  void probesThatGoWellCloseItEverywhere() {
    open();
    time.advance(5_000);
    acquire(here).orElseThrow().onSuccess(MS);
    assertThat(there.state()).isEqualTo(State.OPEN);
    acquire(there).orElseThrow().onSuccess(MS);
    assertThat(here.state()).isEqualTo(State.CLOSED);
    assertThat(there.state()).isEqualTo(State.CLOSED);
    assertThat(heard).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>CLOSED");
  }

  @Test
  void probeThatFailsKeepsItOpenEverywhere() {
    open();
    time.advance(5_000);
    acquire(there).orElseThrow().onFailure(MS);
    assertThat(here.waitMs()).isEqualTo(5_000);
    assertThat(there.waitMs()).isEqualTo(5_000);
    assertThat(acquire(here)).isEmpty();
  }

  @Test
  void probeThatWasNotUsedIsGivenBack() {
    open();
    time.advance(5_000);
    acquire(here).orElseThrow().onIgnore();
    acquire(here).orElseThrow().onIgnore();
    assertThat(acquire(here)).isPresent();
    assertThat(acquire(here)).isPresent();
  }

  @Test
  void whatBeganBeforeItOpenedSaysNothingOfTheProbes() {
    var old = here.tryAcquire().orElseThrow();
    open();
    time.advance(5_000);
    var probe = acquire(here).orElseThrow();
    old.onFailure(MS);
    assertThat(here.state()).isEqualTo(State.HALF_OPEN);
    probe.onSuccess(MS);
    acquire(here).orElseThrow().onSuccess(MS);
    assertThat(here.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void leaveToProbeIsKeptForWhoTakesIt() {
    open();
    time.advance(5_000);
    assertThat(here.admits().result()).isTrue();
    assertThat(here.tryAcquire()).isPresent();
    assertThat(here.tryAcquire()).isEmpty();
  }

  @Test
  void withoutTheOthersItGoesOnAlone() {
    shared.gone(true);
    open();
    assertThat(there.state()).isEqualTo(State.CLOSED);
    time.advance(5_000);
    acquire(here).orElseThrow().onSuccess(MS);
    acquire(here).orElseThrow().onSuccess(MS);
    assertThat(here.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void shareGrowsAfterItClosed() {
    open();
    time.advance(5_000);
    acquire(here).orElseThrow().onSuccess(MS);
    acquire(here).orElseThrow().onSuccess(MS);
    assertThat(here.share()).isEqualTo(0.1);
    time.advance(5_000);
    assertThat(there.share()).isBetween(0.5, 0.6);
    time.advance(5_000);
    assertThat(here.share()).isEqualTo(1);
  }
}
