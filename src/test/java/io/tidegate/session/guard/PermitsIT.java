package io.tidegate.session.guard;

import static io.tidegate.session.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Ids;
import io.tidegate.run.Permits.Permit;
import io.tidegate.run.Permits.Turn;
import io.tidegate.run.Time;
import io.tidegate.session.RedisStore;
import io.tidegate.session.TestRedis;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Permits of two replicas, in a real Redis. */
class PermitsIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  /** Longer than any test takes. */
  private static final long LONG = 3_600_000;

  private static Vertx vertx;
  private static RedisStore store;
  private static Redis direct;
  private static RedisPermits here;
  private static RedisPermits there;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    direct = Redis.createClient(vertx, REDIS.url());
    here = permits(LONG);
    there = permits(LONG);
  }

  @AfterAll
  static void close() {
    await(store.close());
    direct.close();
    await(vertx.close());
  }

  private static RedisPermits permits(long leaseMs) {
    return store.permits(new Clock(), new RandomNames(), leaseMs);
  }

  private static Optional<Permit> permit(Turn turn) {
    return await(turn.permit());
  }

  /** Waits until so many stand in the line. */
  private static void untilWaiting(String name, long count) {
    var waiting = Request.cmd(Command.ZCARD).arg(GuardScripts.key("line", name));
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (number(waiting) != count) {
      assertThat(System.nanoTime()).as("%d wait", count).isLessThan(until);
    }
  }

  private static long number(Request request) {
    return (long) Double.parseDouble(await(direct.send(request)).toString());
  }

  @Test
  void thereAreNoMoreThanTheLimitAndOneThatComesBackIsGivenToWhoCameFirst() {
    var one = permit(here.take("few", () -> 2, LONG)).orElseThrow();
    var two = permit(there.take("few", () -> 2, LONG)).orElseThrow();
    var first = there.take("few", () -> 2, LONG);
    untilWaiting("few", 1);
    var second = here.take("few", () -> 2, LONG);
    untilWaiting("few", 2);
    assertThat(permit(here.take("few", () -> 2, 0))).as("who does not wait").isEmpty();
    one.close();
    assertThat(permit(first)).isPresent();
    assertThat(second.permit().isComplete()).isFalse();
    two.close();
    two.close();
    assertThat(permit(second)).isPresent();
    assertThat(permit(here.take("few", () -> 2, 0))).as("closing twice gives one back").isEmpty();
  }

  @Test
  void permitsOfAnOwnerThatDiedComeBack() {
    var dead = permits(200);
    assertThat(permit(dead.take("orphan", () -> 1, LONG))).isPresent();
    assertThat(permit(here.take("orphan", () -> 1, LONG))).as("nobody renewed it").isPresent();
  }

  @Test
  void whoLivesPutsTheLossOfItsPermitsOff() {
    var brief = permits(60_000);
    assertThat(permit(brief.take("kept", () -> 1, LONG))).isPresent();
    var permits = GuardScripts.key("permits", "kept");
    var member = Request.cmd(Command.ZRANGE).arg(permits).arg(0).arg(0);
    var id = await(direct.send(member)).get(0).toString();
    await(direct.send(Request.cmd(Command.ZINCRBY).arg(permits).arg(-30_000).arg(id)));
    var score = Request.cmd(Command.ZSCORE).arg(permits).arg(id);
    long before = number(score);
    await(brief.renew());
    assertThat(number(score)).isGreaterThan(before + 20_000);
  }

  @Test
  void whoIsCancelledIsOutOfTheLineAtOnce() {
    var one = permit(here.take("left", () -> 1, LONG)).orElseThrow();
    var gone = there.take("left", () -> 1, LONG);
    untilWaiting("left", 1);
    gone.cancel();
    assertThat(permit(gone)).isEmpty();
    untilWaiting("left", 0);
    one.close();
    assertThat(permit(here.take("left", () -> 1, LONG))).isPresent();
  }

  @Test
  void whoWaitsHasAPermitWhenTheLimitGrows() {
    var most = new AtomicInteger(1);
    var one = permit(here.take("grown", most::get, LONG)).orElseThrow();
    var waits = there.take("grown", most::get, LONG);
    untilWaiting("grown", 1);
    most.set(2);
    assertThat(permit(waits)).isPresent();
    one.close();
  }

  @Test
  void whatIsGivenToWhoCancelledGoesBack() {
    var turn = here.take("both", () -> 1, LONG);
    turn.cancel();
    // What came before that is the asker's own to give back.
    permit(turn).ifPresent(Permit::close);
    var next = permit(there.take("both", () -> 1, LONG));
    assertThat(next).isPresent();
  }

  @Test
  void whileRedisKeepsSilentEverybodyGetsOne() throws IOException {
    var lone = new TestRedis();
    lone.beforeAll(null);
    var other = RedisStore.at(vertx, new PipeSettings(List.of(lone.url()), 1, 1_000, 50));
    var permits = other.permits(new Clock(), new RandomNames(), LONG);
    assertThat(permit(permits.take("gone", () -> 1, LONG))).isPresent();
    var waiting = permits.take("gone", () -> 1, LONG);
    lone.freeze();
    assertThat(permit(waiting)).isPresent();
    assertThat(permit(permits.take("gone", () -> 1, LONG))).isPresent();
    lone.thaw();
    await(other.close());
    lone.afterAll(null);
  }

  private static final class Clock implements Time {
    @Override
    public long now() {
      return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Timer after(long ms, Runnable task) {
      long id = vertx.setTimer(ms, _ -> task.run());
      return () -> vertx.cancelTimer(id);
    }
  }

  private static final class RandomNames implements Ids {
    @Override
    public String session() {
      return UUID.randomUUID().toString();
    }

    @Override
    public String run() {
      return UUID.randomUUID().toString();
    }

    @Override
    public int tag() {
      return 1;
    }

    @Override
    public double fraction() {
      return 0.5;
    }
  }
}
