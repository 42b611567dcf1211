package io.tidegate.session.guard;

import static io.tidegate.session.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.BreakerStates.News;
import io.tidegate.run.BreakerStates.Probe;
import io.tidegate.run.Quotas.Cooled;
import io.tidegate.run.Quotas.Level;
import io.tidegate.run.Quotas.Rates;
import io.tidegate.run.Quotas.Told;
import io.tidegate.session.RedisStore;
import io.tidegate.session.TestRedis;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What two replicas share of breakers and quotas, in a real Redis. */
class GuardStatesIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();
  private static final long LONG = 600_000;

  private static Vertx vertx;
  private static RedisStore here;
  private static RedisStore there;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
    here = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    there = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
  }

  @AfterAll
  static void close() {
    await(here.close());
    await(there.close());
    await(vertx.close());
  }

  @Test
  void openBreakerIsKnownToLateComers() {
    long opening = await(here.breakers().open("known", LONG));
    var news = await(there.breakers().look("known"));
    assertThat(news.opening()).isEqualTo(opening);
    assertThat(news.leftMs()).isPositive().isLessThanOrEqualTo(LONG);
    assertThat(await(there.breakers().look("other"))).isEqualTo(new News("other", 0, -1));
    assertThat(await(there.breakers().open("known", LONG))).isGreaterThan(opening);
  }

  @Test
  void nobodyProbesBeforeItsTime() {
    await(here.breakers().open("early", LONG));
    assertThat(await(there.breakers().probe("early", 1, LONG)))
        .isInstanceOfSatisfying(
            Probe.Refused.class, refused -> assertThat(refused.waitMs()).isPositive());
  }

  @Test
  void breakerOfWhichNobodyKnowsIsItsReplicasOwn() {
    assertThat(await(here.breakers().probe("unknown", 1, LONG))).isEqualTo(new Probe.Unknown());
  }

  private static String granted(RedisStore store, String name, int max) {
    for (int i = 0; i < 1_000; i++) {
      var probe = await(store.breakers().probe(name, max, LONG));
      if (probe instanceof Probe.Granted(var id)) {
        return id;
      }
    }
    throw new AssertionError("it stays shut");
  }

  @Test
  void probesAreCountedOverAllReplicasAndCloseItForAll() throws InterruptedException {
    BlockingQueue<News> heard = new LinkedBlockingQueue<>();
    var end = there.breakers().hear(heard::add, () -> {});
    // A subscription begins some time after it was asked for.
    News first = null;
    while (first == null) {
      await(here.breakers().open("shared", 1));
      first = heard.poll(50, TimeUnit.MILLISECONDS);
    }
    await(here.breakers().open("shared", 1));
    var one = granted(here, "shared", 2);
    var two = granted(there, "shared", 2);
    assertThat(await(here.breakers().probe("shared", 2, LONG))).isEqualTo(new Probe.Refused(0));
    await(here.breakers().giveBack("shared", one));
    var three = granted(there, "shared", 2);
    await(here.breakers().passed("shared", three, 2));
    await(here.breakers().passed("shared", three, 2));
    assertThat(await(here.breakers().look("shared")).closed()).isFalse();
    await(there.breakers().passed("shared", two, 2));
    assertThat(await(here.breakers().look("shared")).closed()).isTrue();
    News last = heard.poll(20, TimeUnit.SECONDS);
    while (last != null && !last.closed()) {
      last = heard.poll(20, TimeUnit.SECONDS);
    }
    assertThat(last).isNotNull();
    end.run();
  }

  @Test
  void newOpeningTakesAllProbesBack() {
    await(here.breakers().open("again", 1));
    var probe = granted(here, "again", 1);
    await(there.breakers().open("again", 1));
    await(here.breakers().passed("again", probe, 1));
    assertThat(await(here.breakers().look("again")).closed()).isFalse();
    granted(there, "again", 1);
  }

  @Test
  void bothReplicasTakeFromOneBucket() {
    var rates = new Rates(8, 0);
    assertThat(await(here.quotas().take("both", rates, 0))).isZero();
    assertThat(await(there.quotas().take("both", rates, 0))).isZero();
    assertThat(await(here.quotas().take("both", rates, 0))).isPositive().isLessThanOrEqualTo(7_500);
  }

  @Test
  void whatIsLargerThanTheBucketGoesWhenItIsFullAndTheNextWaits() {
    var rates = new Rates(0, 4_000);
    assertThat(await(here.quotas().take("large", rates, 3_000))).isZero();
    long wait = await(there.quotas().take("large", rates, 1_000));
    assertThat(wait).isBetween(20_000L, 45_000L);
    await(here.quotas().correct("large", -2_500));
    assertThat(await(there.quotas().take("large", rates, 500))).isZero();
  }

  @Test
  void whatTheProviderSaysIsTheMost() {
    var told = new Told(new Level(1_000, 1, 60_000), Level.UNKNOWN);
    await(here.quotas().learn("told", told));
    assertThat(await(there.quotas().take("told", Rates.NONE, 0))).isZero();
    assertThat(await(there.quotas().take("told", Rates.NONE, 0))).isPositive();
    assertThat(await(there.quotas().take("told", new Rates(1_000_000, 0), 0))).isPositive();
    assertThat(await(there.quotas().take("free", Rates.NONE, 0))).isZero();
  }

  @Test
  void coolingIsToldAndHolds() throws InterruptedException {
    BlockingQueue<Cooled> heard = new LinkedBlockingQueue<>();
    var end = there.quotas().hear(heard::add);
    Cooled first = null;
    while (first == null) {
      await(here.quotas().cool("p#k/a b", LONG));
      first = heard.poll(50, TimeUnit.MILLISECONDS);
    }
    assertThat(first.quota()).isEqualTo("p#k/a b");
    assertThat(first.ms()).isPositive();
    assertThat(await(there.quotas().take("p#k/a b", new Rates(60, 0), 0))).isPositive();
    end.run();
  }
}
