package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.entry;
import static io.tidegate.session.Sessions.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of sessions in which calls wait for people. */
class InboxIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final AtomicLong NOW = new AtomicLong(1_800_000_000_000L);

  private static Vertx vertx;
  private static RedisStore store;
  private static RedisJournal journal;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1), _ -> false, NOW::get);
    journal = store.journal();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  @AfterAll
  static void close() {
    await(store.close());
    await(vertx.close());
  }

  @Test
  void aSessionIsListedWhileItsRecordSaysThatPeopleAreWaitedFor() {
    var session = asking("acme-1", 2, "2");
    assertThat(waiting("acme-1")).containsExactly(session);
    assertThat(waiting("acme-2")).isEmpty();
    say(session, 3, "1");
    assertThat(waiting("acme-1")).containsExactly(session);
    say(session, 4, "0");
    assertThat(waiting("acme-1")).isEmpty();
  }

  @Test
  void whatPeopleAreNoLongerAskedIsForgottenAfterAWhile() {
    asking("acme-3", 2, "0");
    assertThat(waiting("acme-3")).isEmpty();
    assertThat(noted("acme-3")).as("its append may be on its way").isEqualTo(1);
    NOW.addAndGet(60_001);
    assertThat(waiting("acme-3")).isEmpty();
    assertThat(noted("acme-3")).isZero();
  }

  @Test
  void pagesMissNone() {
    var first = asking("acme-4", 2, "1");
    var second = asking("acme-4", 2, "1");
    var page = await(journal.waiting("acme-4", null, 1));
    var next = await(journal.waiting("acme-4", page.next(), 1));
    assertThat(List.of(page.items().getFirst().id(), next.items().getFirst().id()))
        .containsExactlyInAnyOrder(first, second);
  }

  @Test
  void aDeletedSessionIsNotListed() {
    var session = asking("acme-5", 2, "1");
    await(journal.delete(session));
    assertThat(waiting("acme-5")).isEmpty();
  }

  @Test
  void aSessionWithAnUnknownOutcomeIsListed() {
    var session = fresh("acme-6");
    await(journal.append(session, created()));
    var unknown =
        new Event.CallReturned("c1", "post", 1, Outcome.UNKNOWN, Json.EMPTY_OBJECT, 1, 5, false);
    append(session, 2, unknown, "1");
    assertThat(waiting("acme-6")).containsExactly(session);
  }

  private static SessionId asking(String tenant, long seq, String calls) {
    var session = fresh(tenant);
    await(journal.append(session, created()));
    var asked = new Event.ApprovalRequested("c1", "post", Json.EMPTY_OBJECT, "d", "", null);
    append(session, seq, asked, calls);
    return session;
  }

  private static void say(SessionId session, long seq, String calls) {
    append(session, seq, new Event.Decided("c1", true, false, "", "ann"), calls);
  }

  private static void append(SessionId session, long seq, Event event, String calls) {
    var meta = Map.of(Record.WAITING, calls);
    var entries = List.of(entry(seq, event));
    await(
        journal.append(
            session, new Batch("replica-1", 1, seq - 1, 0, entries, Status.RUNNING, meta)));
  }

  private static List<SessionId> waiting(String tenant) {
    return await(journal.waiting(tenant, null, 10)).items().stream().map(Record::id).toList();
  }

  private static int noted(String tenant) {
    return send(Request.cmd(Command.ZCARD).arg(Keys.inbox(tenant))).toInteger();
  }

  private static Response send(Request request) {
    return await(direct.send(request));
  }
}
