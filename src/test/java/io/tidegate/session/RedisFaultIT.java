package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Await.failure;
import static io.tidegate.session.Sessions.batch;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Filter;
import io.tidegate.run.Journal.Unavailable;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to appends while Redis is away. */
class RedisFaultIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final int WAITING = 50;
  private static final int TIMEOUT_MS = 1_000;

  private Vertx vertx;
  private RedisStore store;
  private RedisJournal journal;

  @BeforeEach
  void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, settings(REDIS.url()));
    journal = store.journal();
  }

  @AfterEach
  void close() {
    await(store.close());
    await(vertx.close());
  }

  @Test
  void restartedRedisHasEverything() throws IOException {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, List.of(Sessions.state(2, 9_000)))));
    var before = all(session);
    REDIS.restart();
    assertThat(untilItIsDone(() -> journal.read(session, 0, 1_000_000))).isEqualTo(before);
    append(session, batch(1, 2, states(3, 1)));
    assertThat(all(session)).hasSize(3);
  }

  @Test
  void frozenRedisFailsAppendsInTimeAndTheSameBatchGoesThroughLater() throws IOException {
    var session = fresh();
    await(journal.append(session, created()));
    REDIS.freeze();
    try {
      var first = journal.append(session, batch(1, 1, states(2, 1)));
      assertThat(failure(first)).isInstanceOf(Unavailable.class);
      var whileItReconnects = journal.append(session, batch(1, 1, states(2, 1)));
      assertThat(failure(whileItReconnects)).isInstanceOf(Unavailable.class);
    } finally {
      REDIS.thaw();
    }
    append(session, batch(1, 1, states(2, 1)));
    append(session, batch(1, 2, states(3, 1)));
    assertThat(all(session)).hasSize(3);
  }

  @Test
  void commandsBeyondTheBoundFailAtOnceAndTheOthersInTime() throws IOException {
    await(journal.ping());
    REDIS.freeze();
    try {
      var all = Stream.generate(() -> journal.ping()).limit(2 * WAITING).toList();
      assertThat(all.stream().filter(Future::failed).count()).isEqualTo(WAITING);
      assertThat(failure(all.getLast()))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("too slow");
      all.forEach(ping -> assertThat(failure(ping)).isInstanceOf(Unavailable.class));
    } finally {
      REDIS.thaw();
    }
    untilItIsDone(() -> journal.ping().map(0));
  }

  @Test
  void aPrimaryThatBecameAReplicaIsLeftForWhereTheAddressLeadsNow() {
    await(journal.ping());
    var direct = Redis.createClient(vertx, REDIS.url());
    var before = writers(direct);
    await(direct.send(Request.cmd(Command.REPLICAOF).arg("127.0.0.1").arg(1)));
    try {
      while (writers(direct).equals(before)) {
        assertThat(failure(journal.ping())).isInstanceOf(Unavailable.class);
      }
    } finally {
      await(direct.send(Request.cmd(Command.REPLICAOF).arg("NO").arg("ONE")));
    }
    untilItIsDone(() -> journal.ping().map(0));
  }

  /** Who sent what a ping is. */
  private static Set<String> writers(Redis direct) {
    var clients = await(direct.send(Request.cmd(Command.CLIENT).arg("LIST"))).toString();
    return clients
        .lines()
        .filter(line -> line.contains(" cmd=set "))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  @Test
  void killedRedisComesBackByItself() throws IOException {
    var session = fresh();
    await(journal.append(session, created()));
    REDIS.kill();
    append(session, batch(1, 1, states(2, 1)));
    assertThat(all(session)).hasSize(2);
  }

  @Test
  void everySessionIsListedThoughConnectionsBreakBetweenItsHintAndItsLog() {
    var relay = new Relay(vertx, REDIS.url());
    var cut = RedisStore.at(vertx, settings(relay.url()));
    for (int i = 0; i < 40; i++) {
      var session = fresh("cut");
      await(cut.journal().ping().otherwiseEmpty());
      relay.cut();
      untilItIsDone(() -> cut.journal().append(session, created()).map(0));
    }
    var listed = await(journal.list("cut", new Filter(null, null), null, 50)).items();
    assertThat(listed).hasSize(40);
    await(cut.close());
    await(relay.close());
  }

  @Test
  void nobodyThereIsUnavailableInTime() {
    var nowhere = RedisStore.at(vertx, settings("redis://127.0.0.1:1"));
    assertThat(failure(nowhere.journal().ping())).isInstanceOf(Unavailable.class);
    await(nowhere.close());
  }

  @Test
  void closedJournalSaysSo() {
    await(journal.ping());
    await(store.close());
    assertThat(failure(journal.ping()))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("closed");
  }

  @Test
  void fullRedisIsUnavailable() {
    var direct = Redis.createClient(vertx, REDIS.url());
    await(journal.ping());
    await(direct.send(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("1")));
    try {
      assertThat(failure(journal.append(fresh(), created()))).isInstanceOf(Unavailable.class);
      assertThat(failure(journal.ping())).isInstanceOf(Unavailable.class);
    } finally {
      await(direct.send(Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("0")));
    }
  }

  @Test
  void answersComeOnTheCallersContext() {
    var context = vertx.getOrCreateContext();
    var seen =
        Future.<Context>future(
            promise ->
                context.runOnContext(
                    _ ->
                        journal
                            .ping()
                            .compose(_ -> journal.append(fresh(), created()))
                            .onComplete(_ -> promise.complete(Vertx.currentContext()))));
    assertThat(await(seen)).isSameAs(context);
  }

  private static PipeSettings settings(String url) {
    return new PipeSettings(List.of(url), 1, TIMEOUT_MS, WAITING);
  }

  /** As a writer does it: the same batch until it hears what became of it. */
  private void append(SessionId session, Batch batch) {
    untilItIsDone(() -> journal.append(session, batch).map(0));
  }

  private static <T> T untilItIsDone(java.util.function.Supplier<Future<T>> attempt) {
    return await(again(attempt, 20));
  }

  private static <T> Future<T> again(java.util.function.Supplier<Future<T>> attempt, int left) {
    return attempt
        .get()
        .recover(
            failure ->
                failure instanceof Unavailable && left > 0
                    ? again(attempt, left - 1)
                    : Future.failedFuture(failure));
  }

  private List<Entry> all(SessionId session) {
    return await(journal.read(session, 0, 1_000_000));
  }
}
