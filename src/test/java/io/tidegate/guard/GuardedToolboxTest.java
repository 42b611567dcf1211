package io.tidegate.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.guard.ToolGuardSettings.Care;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Journal;
import io.tidegate.run.ResultCache;
import io.tidegate.run.SessionId;
import io.tidegate.run.Toolbox;
import io.tidegate.testing.InMemoryBreakerStates;
import io.tidegate.testing.InMemoryPermits;
import io.tidegate.testing.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of tools whose server was sick, and calls that wait for a place. */
class GuardedToolboxTest {
  private static final int CONCURRENCY = 20;

  private final ManualTime time = new ManualTime();
  private final InMemoryPermits permits = new InMemoryPermits();
  private final Tools tools = new Tools();
  private final Breakers breakers =
      new Breakers(new InMemoryBreakerStates(time), time, GuardListener.NONE);
  private Toolbox toolbox = toolbox(0);

  private Toolbox toolbox(int cluster) {
    var care = new Care("http://erp", cluster, null);
    return new GuardedToolbox(
        tools,
        () -> new ToolGuardSettings(Map.of("t", care), Map.of()),
        breakers,
        permits,
        new NoResults(),
        time,
        GuardListener.NONE);
  }

  private Toolbox.Execution call(SideEffect effect) {
    var contract =
        new Contract(
            "t", "", Json.EMPTY_OBJECT, effect, List.of(), "", "", OnUnknown.ASK, 8_000, "d");
    var session = new SessionId("default", "s1");
    return toolbox.start(
        new Toolbox.Invocation(session, "r1", "c1", contract, Json.EMPTY_OBJECT, 1, "key"));
  }

  private Toolbox.Execution read() {
    return call(SideEffect.READ);
  }

  /** The server was sick, and its breaker closes now. */
  private void getWell() {
    var breaker = breakers.of("tool:http://erp", BreakerSettings.DEFAULT);
    for (int i = 0; i < 10; i++) {
      breaker.tryAcquire().orElseThrow().onFailure(1);
    }
    time.advance(30_000);
    for (int i = 0; i < 3; i++) {
      breaker.acquire().result().orElseThrow().onSuccess(1);
    }
    assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
  }

  @Test
  void callsOfAWellServerDoNotWait() {
    for (int i = 0; i < 2 * CONCURRENCY; i++) {
      read();
    }
    assertThat(tools.sent).as("others hold them to their limit").hasSize(2 * CONCURRENCY);
    tools.sent.forEach(Sent::answer);
    // Breakers watch for standstills until a moment after the last call.
    time.advance(1_000);
    assertThat(time.waiting()).isZero();
  }

  @Test
  void serverThatWasSickIsCalledByFewAtFirstAndThenByMore() {
    getWell();
    for (int i = 0; i < CONCURRENCY; i++) {
      read();
    }
    assertThat(tools.sent).hasSize(2);
    tools.sent.get(0).answer();
    assertThat(tools.sent).as("one goes, one comes").hasSize(3);
    time.advance(7_500);
    tools.sent.get(1).answer();
    assertThat(tools.underWay()).isEqualTo(7);
    time.advance(30_000);
    for (int i = 0; i < 3 * CONCURRENCY; i++) {
      read();
    }
    assertThat(tools.sent).hasSizeGreaterThanOrEqualTo(3 * CONCURRENCY);
  }

  @ParameterizedTest
  @CsvSource({"READ,8000", "IDEMPOTENT,8000", "WRITE,4000"})
  void whoWaitedTooLongForItsTurnIsNotSent(SideEffect effect, long patienceMs) {
    getWell();
    read();
    read();
    var late = call(effect);
    time.advance(patienceMs - 1);
    assertThat(late.result().isComplete()).isFalse();
    time.advance(1);
    assertThat(late.result().result().failure()).isEqualTo(FailureClass.SKIPPED);
    assertThat(late.result().result().tries()).isZero();
    assertThat(tools.sent).hasSize(2);
  }

  @Test
  void whatAWriteWaitedIsTakenOffItsTime() {
    getWell();
    read();
    read();
    call(SideEffect.WRITE);
    time.advance(1_000);
    tools.sent.getFirst().answer();
    assertThat(tools.sent.getLast().invocation.contract().timeoutMs()).isEqualTo(7_000);
  }

  /** Whoever took the session from a process that stood still counts on it. */
  @ParameterizedTest
  @CsvSource({"7999,1", "8000,0", "60000,0"})
  void writeThatWaitedForItsWholeTimeIsNotSentThoughItHasItsPlaceAtLast(long waitedMs, int sent) {
    toolbox = toolbox(1);
    read();
    var write = call(SideEffect.WRITE);
    time.standStill(waitedMs);
    tools.sent.getFirst().answer();
    assertThat(tools.sent).hasSize(1 + sent);
    if (sent == 0) {
      assertThat(write.result().result().failure()).isEqualTo(FailureClass.SKIPPED);
      assertThat(write.result().result().tries()).isZero();
      assertThat(permits.out()).isZero();
    }
  }

  @Test
  void whoIsCancelledInALineLeavesIt() {
    getWell();
    read();
    read();
    int before = time.waiting();
    read().cancel();
    assertThat(time.waiting()).isEqualTo(before);
    toolbox = toolbox(1);
    time.advance(60_000);
    var holds = read();
    var waits = read();
    assertThat(permits.waiting()).isEqualTo(1);
    waits.cancel();
    assertThat(permits.waiting()).isZero();
    assertThat(waits.result().result().outcome()).isEqualTo(Outcome.CANCELLED);
    holds.cancel();
    tools.sent.getLast().answer();
    assertThat(permits.out()).isZero();
  }

  /** Tools that answer when the test says so. */
  private static final class Tools implements Toolbox {
    final List<Sent> sent = new ArrayList<>();

    long underWay() {
      return sent.stream().filter(one -> !one.result().isComplete()).count();
    }

    @Override
    public Execution start(Invocation invocation) {
      var one = new Sent(invocation);
      sent.add(one);
      return one;
    }

    @Override
    public int concurrency(String tool) {
      return CONCURRENCY;
    }

    @Override
    public Check check(Contract contract, String arguments) {
      return new Check.Valid(new Json(arguments), "d");
    }

    @Override
    public boolean changed(Contract pinned) {
      return false;
    }

    @Override
    public Question question(Json args) {
      return new Question("", null);
    }
  }

  private static final class Sent implements Toolbox.Execution {
    final Toolbox.Invocation invocation;
    private final Promise<Toolbox.Returned> result = Promise.promise();

    Sent(Toolbox.Invocation invocation) {
      this.invocation = invocation;
    }

    void answer() {
      result.tryComplete(new Toolbox.Returned(Outcome.SUCCEEDED, Json.EMPTY_OBJECT, 1));
    }

    @Override
    public Future<Toolbox.Returned> result() {
      return result.future();
    }

    @Override
    public void cancel() {}
  }

  /** Keeps nothing. */
  private static final class NoResults implements ResultCache {
    @Override
    public Future<Look> look(String owner, String key, long flightMs) {
      return Future.failedFuture(new Journal.Unavailable("gone", null));
    }

    @Override
    public Future<Void> keep(String owner, String key, String flight, Json result, long ttlMs) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> giveUp(String owner, String key, String flight) {
      return Future.succeededFuture();
    }
  }
}
