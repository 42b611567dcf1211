package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Sessions.batch;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.opened;
import static io.tidegate.session.Sessions.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Journal.Status;
import io.tidegate.run.Replicas;
import io.tidegate.run.SessionId;
import io.tidegate.session.RedisReplicas.Pace;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases, and what the dead left; two stores are two processes. */
class RedisReplicasIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final long FOR_LONG = 3_600_000;
  private static final long LONG_AGO = 1_000;
  private static final String OWNER = "replica-1";

  private static Vertx vertx;
  private static RedisStore store;
  private static RedisStore other;

  /** It names sessions again at once, and awaits no late append. */
  private static RedisStore hasty;

  private static RedisJournal journal;
  private static Replicas replicas;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = store(new Pace(FOR_LONG, FOR_LONG));
    other = store(new Pace(0, FOR_LONG));
    hasty = store(new Pace(0, 0));
    journal = store.journal();
    replicas = store.replicas();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  private static RedisStore store(Pace pace) {
    var pipes = new RedisPipes(vertx, PipeSettings.of(REDIS.url(), 2), Scripts.ALL);
    return new RedisStore(vertx, pipes, pace, FOR_LONG);
  }

  @AfterAll
  static void close() {
    await(Future.all(store.close(), other.close(), hasty.close()));
    await(vertx.close());
  }

  @BeforeEach
  void empty() {
    send(Request.cmd(Command.FLUSHALL));
  }

  @Test
  void whoEnteredLivesForAllProcesses() {
    await(replicas.enter("a", FOR_LONG));
    await(other.replicas().enter("b", FOR_LONG));
    assertThat(await(other.replicas().living())).containsExactlyInAnyOrder("a", "b");
    assertThat(await(other.replicas().isDead("a"))).isFalse();
    assertThat(await(other.replicas().isDead("never entered"))).isTrue();
    assertThat(await(replicas.renew("a", FOR_LONG))).isTrue();
    assertThat(dead(store)).isEmpty();
  }

  @Test
  void whoseLeaseRanOutIsDeclaredDeadByAnyOtherAndForGood() {
    await(replicas.enter("a", 1));
    runOut("a");
    assertThat(await(replicas.isDead("a"))).isFalse();
    assertThat(dead(other)).containsExactly("a");
    assertThat(await(replicas.renew("a", FOR_LONG))).isFalse();
    await(replicas.enter("a", FOR_LONG));
    assertThat(await(replicas.isDead("a"))).isTrue();
    assertThat(await(replicas.living())).isEmpty();
    assertThat(dead(store)).containsExactly("a");
  }

  @Test
  void lateRenewalThatNobodyNoticedHolds() {
    await(replicas.enter("a", 1));
    runOut("a");
    assertThat(await(replicas.living())).containsExactly("a");
    assertThat(await(replicas.renew("a", FOR_LONG))).isTrue();
    assertThat(dead(other)).isEmpty();
  }

  @Test
  void timeInWhichNobodyLookedDoesNotCount() {
    await(replicas.enter("a", 1));
    runOut("a");
    assertThat(await(replicas.dead(FOR_LONG))).isEmpty();
    assertThat(dead(store)).isEmpty();
    assertThat(await(replicas.renew("a", FOR_LONG))).isTrue();
  }

  /** Who is dead when somebody has looked all the time. */
  private static List<String> dead(RedisStore store) {
    send(Request.cmd(Command.SET).arg(Keys.LOOKED).arg(Long.toString(Long.MAX_VALUE / 1024)));
    return await(store.replicas().dead(FOR_LONG));
  }

  @Test
  void renewalOfWhoNeverEnteredIsNone() {
    assertThat(await(replicas.renew("a", FOR_LONG))).isFalse();
    assertThat(await(replicas.living())).isEmpty();
  }

  @Test
  void whoLeavesIsDeadAtOnce() {
    await(replicas.enter("a", FOR_LONG));
    await(replicas.leave("a"));
    await(replicas.leave("a"));
    await(replicas.leave("never entered"));
    assertThat(await(other.replicas().isDead("a"))).isTrue();
    assertThat(dead(other)).containsExactly("a");
    assertThat(await(replicas.renew("a", FOR_LONG))).isFalse();
  }

  @Test
  void buriedIsForgotten() {
    die(OWNER);
    await(hasty.replicas().bury(OWNER));
    assertThat(dead(store)).isEmpty();
    assertThat(await(replicas.isDead(OWNER))).isTrue();
    assertThat(await(replicas.renew(OWNER, FOR_LONG))).isFalse();
  }

  @Test
  void whoDiedJustNowIsNotBuriedYet() {
    die(OWNER);
    await(replicas.bury(OWNER));
    assertThat(dead(store)).containsExactly(OWNER);
  }

  @Test
  void whoLeftSomethingIsNotBuried() {
    running();
    die(OWNER);
    await(hasty.replicas().bury(OWNER));
    assertThat(dead(store)).containsExactly(OWNER);
    assertThat(await(hasty.replicas().left(OWNER, 10))).hasSize(1);
  }

  @Test
  void leftAreTheSessionsThatRunOrWait() {
    var running = running();
    var queued = fresh();
    var ended = running();
    var suspended = running();
    var deleted = running();
    await(journal.append(queued, batch(1, 0, Status.QUEUED, opened("a"))));
    await(journal.append(ended, batch(1, 1, Status.IDLE, state(2, 1))));
    await(journal.append(suspended, batch(1, 1, Status.SUSPENDED, state(2, 1))));
    await(journal.delete(deleted));
    die(OWNER);
    assertThat(await(replicas.left(OWNER, 10))).containsExactlyInAnyOrder(running, queued);
    assertThat(noted(OWNER)).isEqualTo(2);
    assertThat(await(replicas.left("another", 10))).isEmpty();
  }

  @Test
  void sessionThatRunsAgainIsLeftAgain() {
    var session = running();
    await(journal.append(session, batch(1, 1, Status.IDLE, state(2, 1))));
    await(journal.append(session, batch(1, 2, Status.RUNNING, state(3, 1))));
    die(OWNER);
    assertThat(await(replicas.left(OWNER, 10))).containsExactly(session);
  }

  @Test
  void manyAreLeftInPartsAndNoneIsMissed() {
    var made = Stream.generate(Sessions::fresh).limit(1_200).toList();
    var appends =
        made.stream()
            .map(session -> journal.append(session, batch(1, 0, Status.RUNNING, opened("a"))));
    await(Future.all(appends.toList()));
    die(OWNER);
    var first = await(replicas.left(OWNER, 500));
    var second = await(replicas.left(OWNER, 500));
    var third = await(replicas.left(OWNER, 500));
    assertThat(List.of(first.size(), second.size(), third.size())).containsExactly(500, 500, 200);
    assertThat(Stream.of(first, second, third).flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void whatWasNamedIsNamedAgainLaterAndNotBefore() {
    var session = running();
    die(OWNER);
    assertThat(await(other.replicas().left(OWNER, 10))).containsExactly(session);
    assertThat(await(replicas.left(OWNER, 10))).containsExactly(session);
    assertThat(await(replicas.left(OWNER, 10))).isEmpty();
    assertThat(await(other.replicas().left(OWNER, 10))).isEmpty();
  }

  @Test
  void whatAnotherOwnsByNowIsItsOwn() {
    var session = running();
    die(OWNER);
    var record = await(journal.find(session));
    assertThat(await(other.journal().own(record, "replica-2"))).isEqualTo(2);
    assertThat(await(hasty.replicas().left(OWNER, 10))).isEmpty();
    assertThat(noted(OWNER)).isZero();
    die("replica-2");
    assertThat(await(replicas.left("replica-2", 10))).containsExactly(session);
  }

  @Test
  void whoDidNotGetTheSessionDidNotLeaveIt() {
    var session = running();
    var record = await(journal.find(session));
    await(journal.append(session, batch(1, 1, Status.RUNNING, state(2, 1))));
    assertThat(await(other.journal().own(record, "replica-2"))).isNull();
    die("replica-2");
    assertThat(await(hasty.replicas().left("replica-2", 10))).isEmpty();
    assertThat(noted("replica-2")).isZero();
  }

  @Test
  void releasedSessionIsLeftByNobody() {
    var session = running();
    await(journal.release(session, 1));
    die(OWNER);
    assertThat(await(hasty.replicas().left(OWNER, 10))).isEmpty();
    assertThat(noted(OWNER)).isZero();
  }

  @Test
  void appendOnItsWayIsAwaitedForAWhile() {
    var session = fresh();
    note(session, System.currentTimeMillis());
    die(OWNER);
    assertThat(await(other.replicas().left(OWNER, 10))).isEmpty();
    assertThat(noted(OWNER)).isEqualTo(1);
    await(journal.append(session, batch(1, 0, Status.RUNNING, opened("a"))));
    assertThat(await(other.replicas().left(OWNER, 10))).containsExactly(session);
  }

  @Test
  void appendThatNeverCameIsForgottenAtLast() {
    note(fresh(), System.currentTimeMillis());
    die(OWNER);
    assertThat(await(hasty.replicas().left(OWNER, 10))).isEmpty();
    assertThat(noted(OWNER)).isZero();
  }

  @Test
  void oldNoteThatNothingBearsOutIsForgottenAtOnceAndStandsInNobodysWay() {
    Stream.generate(Sessions::fresh).limit(30).forEach(session -> note(session, LONG_AGO));
    var session = running();
    die(OWNER);
    var patient = store(new Pace(FOR_LONG, 60_000));
    assertThat(await(patient.replicas().left(OWNER, 10))).containsExactly(session);
    assertThat(noted(OWNER)).isEqualTo(1);
    await(patient.close());
  }

  @Test
  void sessionOfANewerTidegateIsLeftToIt() {
    var session = running();
    send(Request.cmd(Command.HSET).arg(new Keys(session).meta()).arg("v").arg("2"));
    die(OWNER);
    assertThat(await(replicas.left(OWNER, 10))).isEmpty();
    assertThat(noted(OWNER)).isEqualTo(1);
  }

  private static SessionId running() {
    var session = fresh();
    await(journal.append(session, batch(1, 0, Status.RUNNING, opened("a"))));
    return session;
  }

  private static void die(String incarnation) {
    await(replicas.enter(incarnation, FOR_LONG));
    await(replicas.leave(incarnation));
  }

  private static void note(SessionId session, long at) {
    var member = Keys.member(session);
    send(Request.cmd(Command.ZADD).arg(Keys.owned(OWNER)).arg(at).arg(member));
  }

  private static int noted(String owner) {
    return send(Request.cmd(Command.ZCARD).arg(Keys.owned(owner))).toInteger();
  }

  /** Goes on when the lease is over by the clock of Redis. */
  private static void runOut(String incarnation) {
    var lease = send(Request.cmd(Command.ZSCORE).arg(Keys.LIVING).arg(incarnation));
    while (now() <= Double.parseDouble(lease.toString())) {
      Thread.onSpinWait();
    }
  }

  private static long now() {
    var time = send(Request.cmd(Command.TIME));
    return time.get(0).toLong() * 1_000 + time.get(1).toLong() / 1_000;
  }

  private static Response send(Request request) {
    return await(direct.send(request));
  }
}
