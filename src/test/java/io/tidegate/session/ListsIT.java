package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Await.failure;
import static io.tidegate.session.Sessions.batch;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.opened;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.Journal.Filter;
import io.tidegate.run.Journal.Listing;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lists that span sessions: what they say is held against the sessions' records. */
class ListsIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final Filter ALL = new Filter(null, null);
  private static final long LONG_AGO = 1_000;

  private static Vertx vertx;
  private static RedisStore store;
  private static RedisJournal journal;
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
    send(Request.cmd(Command.FLUSHALL));
  }

  @Test
  void pagesGoFromTheNewestToTheOldestAndMissNone() {
    var made = new ArrayList<SessionId>();
    for (int i = 0; i < 25; i++) {
      var session = fresh("acme");
      made.addFirst(session);
      await(journal.append(session, batch(1, 0, Status.IDLE, openedAt(5_000 + i))));
    }
    await(journal.append(fresh("other"), created()));
    assertThat(pages("acme", ALL, 10)).extracting(Record::id).containsExactlyElementsOf(made);
  }

  @Test
  void sessionsOfOneMillisecondAreListedOnceEach() {
    var made = Stream.generate(() -> fresh("acme")).limit(250).toList();
    made.forEach(session -> await(journal.append(session, created())));
    assertThat(pages("acme", ALL, 7))
        .extracting(Record::id)
        .containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void filterGoesByTheRecord() {
    var idle = fresh("acme");
    var running = fresh("acme");
    var another = fresh("acme");
    await(journal.append(idle, batch(1, 0, Status.IDLE, opened("reconciler"))));
    await(journal.append(running, batch(1, 0, Status.RUNNING, opened("reconciler"))));
    await(journal.append(another, batch(1, 0, Status.RUNNING, opened("auditor"))));
    assertThat(pages("acme", new Filter("reconciler", Status.RUNNING), 10))
        .extracting(Record::id)
        .containsExactly(running);
    assertThat(pages("acme", new Filter("auditor", null), 10))
        .extracting(Record::id)
        .containsExactly(another);
    assertThat(pages("acme", new Filter(null, Status.SUSPENDED), 10)).isEmpty();
  }

  @Test
  void deletedAndNeverMadeSessionsAreNotListed() {
    var deleted = fresh("acme");
    await(journal.append(deleted, created()));
    await(journal.delete(deleted));
    send(Request.cmd(Command.ZADD).arg(Keys.index("acme")).arg(LONG_AGO).arg("acme/s_never"));
    assertThat(pages("acme", ALL, 10)).isEmpty();
    assertThat(send(Request.cmd(Command.ZCARD).arg(Keys.index("acme")))).isEqualTo("0");
  }

  @Test
  void forgedCursorIsRejected() {
    for (var cursor : List.of("%", "bm8", "eHggeQ")) {
      assertThat(failure(journal.list("acme", ALL, cursor, 1)))
          .isInstanceOf(Rejection.class)
          .hasMessageContaining("cursor");
    }
  }

  @Test
  void alarmIsTakenOnceAndComesAgainIfItsTakerDies() {
    var session = suspended();
    await(journal.setAlarm(session, 5_000));
    assertThat(await(journal.dueAlarms(4_999, 10))).isEmpty();
    assertThat(due(5_000, 10)).containsExactly(session);
    assertThat(due(5_001, 10)).isEmpty();
    assertThat(due(35_000, 10)).containsExactly(session);
  }

  private static List<SessionId> due(long now, int limit) {
    return await(journal.dueAlarms(now, limit)).stream().map(Journal.Due::session).toList();
  }

  @Test
  void alarmThatWasSetSinceItWasTakenIsNotReplaced() {
    var session = suspended();
    await(journal.setAlarm(session, 5_000));
    var due = await(journal.dueAlarms(5_000, 10)).getFirst();
    await(journal.setAlarm(session, 6_000));
    await(journal.settleAlarm(due, 9_000));
    assertThat(due(6_000, 10)).containsExactly(session);
    var next = await(journal.dueAlarms(40_000, 10)).getFirst();
    await(journal.setAlarm(session, 41_000));
    await(journal.settleAlarm(next, 0));
    assertThat(due(41_000, 10)).containsExactly(session);
  }

  @Test
  void alarmThatIsSettledIsTheNextOrNone() {
    var session = suspended();
    await(journal.setAlarm(session, 5_000));
    await(journal.settleAlarm(await(journal.dueAlarms(5_000, 10)).getFirst(), 7_000));
    assertThat(due(6_999, 10)).isEmpty();
    await(journal.settleAlarm(await(journal.dueAlarms(7_000, 10)).getFirst(), 0));
    assertThat(due(90_000, 10)).isEmpty();
  }

  @Test
  void lostAlarmIsMendedAndASoonerOneStays() {
    var session = suspended();
    await(journal.shelf().alarm(session, 5_000));
    await(journal.shelf().alarm(session, 8_000));
    assertThat(due(4_999, 10)).isEmpty();
    assertThat(due(5_000, 10)).containsExactly(session);
    await(journal.setAlarm(session, 0));
  }

  @Test
  void alarmOfZeroIsNone() {
    var session = suspended();
    await(journal.setAlarm(session, 5_000));
    await(journal.setAlarm(session, 0));
    assertThat(await(journal.dueAlarms(9_000, 10))).isEmpty();
  }

  @Test
  void alarmOfAnIdleOrDeletedSessionIsForgotten() {
    var idle = fresh();
    var deleted = suspended();
    await(journal.append(idle, created()));
    await(journal.setAlarm(idle, 5_000));
    await(journal.delete(deleted));
    await(journal.setAlarm(deleted, 5_000));
    assertThat(due(5_000, 10)).isEmpty();
    assertThat(send(Request.cmd(Command.ZCARD).arg(Keys.ALARMS))).isEqualTo("0");
  }

  @Test
  void noMoreAlarmsAreTakenThanAskedFor() {
    var sessions = Stream.generate(ListsIT::suspended).limit(5).toList();
    sessions.forEach(session -> await(journal.setAlarm(session, 5_000)));
    var first = due(6_000, 3);
    var second = due(6_000, 3);
    assertThat(first).hasSize(3);
    assertThat(Stream.concat(first.stream(), second.stream()))
        .containsExactlyInAnyOrderElementsOf(sessions);
  }

  private static SessionId suspended() {
    var session = fresh();
    await(journal.append(session, batch(1, 0, Status.SUSPENDED, opened("a"))));
    return session;
  }

  private static Entry openedAt(long at) {
    return new Entry(1, at, "", new Event.Opened("a", Json.NULL, Json.NULL, "ci"));
  }

  private static List<Record> pages(String tenant, Filter filter, int limit) {
    var items = new ArrayList<Record>();
    Listing page = new Listing(List.of(), null);
    do {
      page = await(journal.list(tenant, filter, page.next(), limit));
      assertThat(page.items().size()).isLessThanOrEqualTo(limit);
      items.addAll(page.items());
    } while (page.next() != null);
    return items;
  }

  private static String send(Request request) {
    return await(direct.send(request)).toString();
  }
}
