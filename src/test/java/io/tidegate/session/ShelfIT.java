package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Sessions.batch;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal.Filter;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Retention;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions by their age: from the newest for people, from the oldest for who sweeps. */
class ShelfIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final long FIRST = 5_000;

  private static Vertx vertx;
  private static RedisStore store;
  private static RedisJournal journal;
  private static Retention.Store shelf;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    journal = store.journal();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  @AfterAll
  static void close() {
    await(store.close());
    await(vertx.close());
  }

  @BeforeEach
  void empty() {
    await(direct.send(Request.cmd(Command.FLUSHALL)));
    // Which tenants there are is noted by each process anew.
    await(store.close());
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    journal = store.journal();
    shelf = journal.shelf();
  }

  @Test
  void listGoesByTheTimeOfCreation() {
    var made = made("acme", 25);
    assertThat(listed(FIRST + 5, FIRST + 10, 2))
        .containsExactlyElementsOf(made.subList(5, 10).reversed());
    assertThat(listed(null, FIRST + 3, 2)).containsExactlyElementsOf(made.subList(0, 3).reversed());
    assertThat(listed(FIRST + 22, null, 2))
        .containsExactlyElementsOf(made.subList(22, 25).reversed());
    assertThat(listed(FIRST + 25, null, 2)).isEmpty();
    assertThat(listed(FIRST + 7, FIRST + 7, 2)).isEmpty();
    assertThat(listed(null, null, 7)).containsExactlyElementsOf(made.reversed());
  }

  @Test
  void sweeperSeesAllTenantsFromTheOldestOnAndThenTheEnd() {
    var acme = made("acme", 7);
    var odd = made("späti/2 und\nmehr", 3);
    assertThat(swept(FIRST + 100, 2)).containsExactlyElementsOf(concat(acme, odd));
    assertThat(swept(FIRST + 2, 2))
        .containsExactlyElementsOf(concat(acme.subList(0, 2), odd.subList(0, 2)));
  }

  @Test
  void sessionsOfOneMillisecondAreSweptOnceEach() {
    var made = new ArrayList<SessionId>();
    for (int i = 0; i < 30; i++) {
      made.add(make("acme", FIRST));
    }
    assertThat(swept(FIRST + 1, 4)).containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void sessionThatWentOnIsNotDeleted() {
    var session = make("acme", FIRST);
    await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(await(shelf.delete(session, 1))).isFalse();
    assertThat(await(journal.find(session))).isNotNull();
    assertThat(listed(null, null, 5)).containsExactly(session);
    assertThat(await(shelf.delete(session, 2))).isTrue();
    assertThat(await(journal.find(session))).isNull();
    assertThat(listed(null, null, 5)).isEmpty();
    assertThat(await(shelf.delete(session, 2))).isFalse();
  }

  @Test
  void longSessionIsDeletedToItsEnd() {
    var session = make("acme", FIRST);
    await(journal.append(session, batch(1, 1, states(2, 1_200))));
    assertThat(await(shelf.delete(session, 1_201))).isTrue();
    // What was done outlives it, in the audit log.
    var left = await(direct.send(Request.cmd(Command.KEYS).arg("tg:{acme:*")));
    assertThat(left.size()).isZero();
  }

  @Test
  void whatWasNeverFinishedIsDeletedOnTheWay() {
    var session = make("acme", FIRST);
    var whole = make("acme", FIRST);
    var meta = new Keys(session).meta();
    await(direct.send(Request.cmd(Command.HSET).arg(meta).arg("state").arg("forked")));
    assertThat(swept(FIRST + 1, 10)).containsExactly(whole);
    assertThat(await(direct.send(Request.cmd(Command.EXISTS).arg(meta))).toInteger()).isZero();
  }

  @Test
  void oneReplicaSweepsAtATime() {
    assertThat(await(shelf.lead("a", 60_000))).isTrue();
    assertThat(await(shelf.lead("b", 60_000))).isFalse();
    assertThat(await(shelf.lead("a", 60_000))).isTrue();
    await(direct.send(Request.cmd(Command.DEL).arg(Keys.SWEEPER)));
    assertThat(await(shelf.lead("b", 60_000))).isTrue();
    assertThat(await(shelf.lead("a", 60_000))).isFalse();
  }

  private static List<SessionId> made(String tenant, int count) {
    var made = new ArrayList<SessionId>();
    for (int i = 0; i < count; i++) {
      made.add(make(tenant, FIRST + i));
    }
    return made;
  }

  private static SessionId make(String tenant, long at) {
    var session = fresh(tenant);
    var opened = new Event.Opened("reconciler", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "ci");
    await(journal.append(session, batch(1, 0, Status.IDLE, new Entry(1, at, "", opened))));
    return session;
  }

  private static List<SessionId> concat(List<SessionId> one, List<SessionId> other) {
    var all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  private static List<SessionId> swept(long madeBefore, int limit) {
    var found = new ArrayList<SessionId>();
    String place = null;
    do {
      var page = await(shelf.oldest(place, madeBefore, limit));
      assertThat(page.sessions()).hasSizeLessThanOrEqualTo(limit);
      page.sessions().stream().map(Record::id).forEach(found::add);
      place = page.next();
    } while (place != null);
    return found;
  }

  private static List<SessionId> listed(Long from, Long to, int limit) {
    var found = new ArrayList<SessionId>();
    String cursor = null;
    do {
      var page = await(journal.list("acme", new Filter(null, null, from, to), cursor, limit));
      page.items().stream().map(Record::id).forEach(found::add);
      cursor = page.next();
    } while (cursor != null);
    return found;
  }
}
