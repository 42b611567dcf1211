package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.SessionId;
import io.tidegate.run.WorkQueue;
import io.tidegate.session.RedisReplicas.Pace;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisWorkQueueIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final long FOR_LONG = 3_600_000;
  private static final int MANY = 100_000;
  private static final Map<String, Integer> NO_LIMITS = Map.of();

  private static Vertx vertx;
  private static RedisStore store;

  /** What is taken from it and not started comes back at once. */
  private static RedisStore hasty;

  private static WorkQueue queue;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = store(FOR_LONG);
    hasty = store(0);
    queue = store.queue();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  private static RedisStore store(long backMs) {
    var pipes = new RedisPipes(vertx, PipeSettings.of(REDIS.url(), 2), Scripts.ALL);
    return new RedisStore(vertx, pipes, Pace.USUAL, backMs);
  }

  @AfterAll
  static void close() {
    await(store.close());
    await(hasty.close());
    await(vertx.close());
  }

  @BeforeEach
  void empty() {
    await(direct.send(Request.cmd(Command.FLUSHALL)));
    await(store.replicas().enter("one", FOR_LONG));
    await(store.replicas().enter("two", FOR_LONG));
  }

  @Test
  void emptyQueueGivesNothing() {
    assertThat(take("one", 10)).isEmpty();
    assertThat(await(queue.size())).isZero();
  }

  @Test
  void firstComeIsFirstServed() {
    var sessions = add("acme", 5, 12);
    assertThat(take("one", 5)).isEqualTo(sessions.subList(0, 5));
    assertThat(take("two", 100)).isEqualTo(sessions.subList(5, 12));
    assertThat(take("one", 100)).isEmpty();
  }

  @Test
  void higherPriorityGoesFirstWhateverItsAge() {
    var usual = add("acme", WorkQueue.USUAL, 2);
    var lowest = add("acme", 0, 1);
    var highest = add("acme", 9, 2);
    var underWay = add("acme", WorkQueue.UNDER_WAY, 1);
    assertThat(take("one", 10))
        .containsExactlyElementsOf(joined(List.of(underWay, highest, usual, lowest)));
  }

  @Test
  void tenantsTakeTurnsHoweverMuchOneOfThemHas() {
    var large = add("large", 5, 6);
    var small = add("small", 5, 2);
    assertThat(take("one", 5))
        .containsExactly(large.get(0), small.get(0), large.get(1), small.get(1), large.get(2));
  }

  @Test
  void whoWasServedLastWaitsThoughItsLineWasEmptyMeanwhile() {
    var large = add("large", 5, 3);
    var first = add("small", 5, 1);
    assertThat(take("one", 2)).containsExactly(large.get(0), first.get(0));
    var second = add("small", 5, 1);
    assertThat(take("one", 1)).containsExactly(large.get(1));
    assertThat(take("one", 1)).isEqualTo(second);
  }

  @Test
  void turnsCountOverAllPriorities() {
    add("large", 9, 1);
    var large = add("large", 5, 1);
    var small = add("small", 5, 1);
    take("one", 1);
    assertThat(take("one", 2)).containsExactlyElementsOf(joined(List.of(small, large)));
  }

  @Test
  void repeatedAddIsHarmless() {
    var session = Sessions.fresh();
    assertThat(await(queue.add(session, 5, 1))).isTrue();
    assertThat(await(queue.add(session, 5, 1))).isTrue();
    assertThat(await(queue.add(session, 3, 1))).isTrue();
    assertThat(await(queue.size())).isEqualTo(1);
    assertThat(take("one", 10)).containsExactly(session);
    assertThat(await(queue.add(session, 5, 1))).isTrue();
    assertThat(take("one", 10)).isEmpty();
  }

  @Test
  void higherPriorityMovesWhatWaits() {
    var sessions = add("acme", 5, 3);
    assertThat(await(queue.add(sessions.get(2), WorkQueue.UNDER_WAY, 0))).isTrue();
    assertThat(take("one", 10)).containsExactly(sessions.get(2), sessions.get(0), sessions.get(1));
    assertThat(keys()).doesNotContain(Keys.LINE, Keys.TURNS);
  }

  @Test
  void fullQueueTakesOnlyWhatIsUnderWay() {
    add("acme", 5, 3);
    assertThat(await(queue.add(Sessions.fresh(), 9, 3))).isFalse();
    assertThat(await(queue.add(Sessions.fresh(), WorkQueue.UNDER_WAY, 3))).isTrue();
    assertThat(await(queue.size())).isEqualTo(4);
  }

  @Test
  void startedSessionLeavesTheQueueWhereverItIs() {
    var sessions = add("acme", 5, 3);
    await(queue.started(sessions.get(1)));
    assertThat(await(queue.size())).isEqualTo(2);
    assertThat(take("one", 10)).containsExactly(sessions.get(0), sessions.get(2));
    await(queue.started(sessions.get(0)));
    await(queue.started(sessions.get(2)));
    await(queue.started(sessions.get(2)));
    assertThat(await(queue.size())).isZero();
    assertThat(keys()).doesNotContain(Keys.LINE, Keys.PLACES, Keys.TURNS, Keys.TAKEN);
  }

  @Test
  void lastInLineThatIsStartedLeavesNoTurnBehind() {
    var sessions = add("acme", 5, 1);
    await(queue.started(sessions.getFirst()));
    assertThat(keys()).doesNotContain(Keys.TURNS, Keys.LINE);
    assertThat(take("one", 10)).isEmpty();
  }

  @Test
  void takenSessionThatIsNotStartedComesBackToItsPlace() {
    var sessions = add("acme", 5, 3);
    assertThat(await(hasty.queue().take("one", 1, NO_LIMITS))).containsExactly(sessions.get(0));
    assertThat(await(queue.size())).isEqualTo(3);
    assertThat(take("two", 10)).isEqualTo(sessions);
    assertThat(take("two", 10)).isEmpty();
  }

  @Test
  void startedSessionDoesNotComeBack() {
    var sessions = add("acme", 5, 2);
    await(hasty.queue().take("one", 1, NO_LIMITS));
    await(queue.started(sessions.get(0)));
    assertThat(take("two", 10)).containsExactly(sessions.get(1));
  }

  @Test
  void higherPriorityThatWasSaidWhileItWasTakenHoldsWhenItComesBack() {
    var sessions = add("acme", 5, 2);
    await(hasty.queue().take("one", 2, NO_LIMITS));
    await(queue.add(sessions.get(1), WorkQueue.UNDER_WAY, 0));
    assertThat(take("two", 10)).containsExactly(sessions.get(1), sessions.get(0));
  }

  @Test
  void limitHoldsOverAllTakersAndOthersGoOn() {
    var limited = add("limited", 5, 4);
    var free = add("free", 5, 4);
    var limits = Map.of("limited", 2, "unheard", 1);
    var one = await(queue.take("one", 3, limits));
    var two = await(queue.take("two", 10, limits));
    assertThat(joined(List.of(one, two)))
        .containsExactlyInAnyOrderElementsOf(joined(List.of(limited.subList(0, 2), free)));
    assertThat(await(queue.take("one", 10, limits))).isEmpty();
    await(queue.count("one", Map.of()));
    var freed = one.stream().filter(limited::contains).count();
    assertThat(await(queue.take("two", 10, limits)))
        .isEqualTo(limited.subList(2, (int) (2 + freed)));
  }

  @Test
  void limitOfZeroMeansNone() {
    add("acme", 5, 1);
    assertThat(await(queue.take("one", 10, Map.of("acme", 0)))).isEmpty();
    assertThat(await(queue.enter("acme", "one", 0))).isFalse();
  }

  @Test
  void entersUpToTheLimitOverAllIncarnations() {
    assertThat(await(queue.enter("acme", "one", 2))).isTrue();
    assertThat(await(queue.enter("acme", "two", 2))).isTrue();
    assertThat(await(queue.enter("acme", "one", 2))).isFalse();
    assertThat(await(queue.enter("other", "one", 2))).isTrue();
    await(queue.count("two", Map.of("other", 1)));
    assertThat(await(queue.enter("acme", "two", 2))).isTrue();
    assertThat(await(queue.enter("other", "two", 2))).isFalse();
  }

  @Test
  void whatEnteredCountsAgainstWhatIsTaken() {
    add("acme", 5, 3);
    await(queue.enter("acme", "two", 2));
    assertThat(await(queue.take("one", 10, Map.of("acme", 2)))).hasSize(1);
  }

  @Test
  void countMendsWhateverWentWrong() {
    for (int i = 0; i < 5; i++) {
      await(queue.enter("acme", "one", MANY));
    }
    await(queue.count("one", Map.of("acme", 1, "other", 0)));
    await(queue.count("one", Map.of("acme", 1, "other", 0)));
    assertThat(await(queue.enter("acme", "two", 2))).isTrue();
    assertThat(await(queue.enter("acme", "two", 2))).isFalse();
    await(queue.count("one", Map.of()));
    await(queue.count("two", Map.of()));
    assertThat(keys()).doesNotContain(Keys.TOTALS, Keys.running("one"), Keys.running("two"));
  }

  @Test
  void deadIncarnationIsGivenNothingAndCountsForNothing() {
    var sessions = add("acme", 5, 2);
    await(queue.enter("acme", "one", 5));
    await(store.replicas().leave("one"));
    assertThat(take("one", 10)).isEmpty();
    assertThat(await(queue.enter("acme", "one", 5))).isFalse();
    await(queue.count("one", Map.of("acme", 5)));
    assertThat(await(queue.take("two", 10, Map.of("acme", 2)))).isEqualTo(sessions);
  }

  @Test
  void forgottenIncarnationsRunsCountNoMore() {
    await(queue.enter("acme", "one", 1));
    await(store.replicas().leave("one"));
    assertThat(await(queue.enter("acme", "two", 1))).isFalse();
    await(queue.forget("one"));
    assertThat(await(queue.enter("acme", "two", 1))).isTrue();
  }

  @Test
  void namesOfTenantsMayHoldAnything() {
    var names =
        List.of("", " ", "a b", "a", "a!", "{gateway}", "10 a", "ü\u0000\n", "a/b%20", "]([");
    var sessions = names.stream().flatMap(name -> add(name, 5, 2).stream()).toList();
    assertThat(await(queue.take("one", MANY, Map.of("a b", 1))))
        .containsExactlyInAnyOrderElementsOf(
            sessions.stream().filter(each -> !each.equals(sessions.get(5))).toList());
  }

  @Test
  void everySessionIsTakenOnceHoweverManyTakeAtOnce() {
    var sessions = new ArrayList<SessionId>();
    for (int tenant = 0; tenant < 40; tenant++) {
      sessions.addAll(add("t" + tenant, tenant % 10, 50));
    }
    var takes =
        IntStream.range(0, 200)
            .mapToObj(i -> queue.take(i % 2 == 0 ? "one" : "two", 11, NO_LIMITS))
            .toList();
    var taken = await(Future.all(takes).map(all -> all.<List<SessionId>>list()));
    var flat = taken.stream().flatMap(List::stream).toList();
    assertThat(new HashSet<>(flat)).hasSameSizeAs(flat);
    assertThat(flat).containsExactlyInAnyOrderElementsOf(sessions);
  }

  private static List<SessionId> take(String taker, int limit) {
    return await(queue.take(taker, limit, NO_LIMITS));
  }

  private static List<SessionId> add(String tenant, int priority, int count) {
    var sessions = Stream.generate(() -> Sessions.fresh(tenant)).limit(count).toList();
    sessions.forEach(each -> assertThat(await(queue.add(each, priority, MANY))).isTrue());
    return sessions;
  }

  private static List<SessionId> joined(List<List<SessionId>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }

  private static List<String> keys() {
    return await(direct.send(Request.cmd(Command.KEYS).arg("*"))).stream()
        .map(Object::toString)
        .toList();
  }
}
