package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Audit;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Audit.Deed;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of deeds whose doer dies before it can tell of them. */
class AuditSweepIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();
  private static final AtomicLong NOW = new AtomicLong(1_000_000);
  private static Vertx vertx;
  private static RedisStore store;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1), _ -> false, NOW::get);
    direct = Redis.createClient(vertx, REDIS.url());
  }

  @AfterAll
  static void close() {
    await(store.close());
    await(vertx.close());
  }

  private static SessionId made(String tenant, String id) {
    var session = new SessionId(tenant, id);
    var opened = new Event.Opened("agent", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "ann");
    var batch =
        new Batch("me", 1, 0, 0, List.of(new Entry(1, 5_000, "", opened)), Status.IDLE, Map.of());
    await(store.journal().append(session, batch));
    return session;
  }

  private static List<Deed> deeds(String tenant) {
    var all = new Audit.Filter(null, null, null, null, null);
    return await(store.audit().list(tenant, all, null, 50)).deeds();
  }

  /** They are told of after the append was answered. */
  private static void awaitDeeds(String tenant, int count) {
    for (int tries = 0; deeds(tenant).size() < count; tries++) {
      assertThat(tries).isLessThan(10_000);
    }
  }

  private static void note(String tenant, DeedNote note) {
    var add = Request.cmd(Command.ZADD).arg(Keys.auditNotes(tenant)).arg(NOW.get());
    await(direct.send(add.arg(note.text())));
  }

  private static void sweep(Long keptMs) {
    // Each a replica of its own, so that it begins with the first tenant.
    await(direct.send(Request.cmd(Command.DEL).arg(Keys.AUDITOR)));
    await(store.auditSweep("replica", keptMs).tick());
  }

  @Test
  void whatNobodyToldIsReadFromTheLogOnce() {
    var session = made("acme-1", "s_1");
    awaitDeeds("acme-1", 1);
    await(direct.send(Request.cmd(Command.DEL).arg(Keys.audit("acme-1"))));
    note("acme-1", new DeedNote.InLog(session.id(), 0, 1));
    sweep(null);
    assertThat(deeds("acme-1")).as("its doer may be alive").isEmpty();
    NOW.addAndGet(RedisAudit.ORPHANED_MS);
    sweep(null);
    assertThat(deeds("acme-1")).extracting(Deed::action).containsExactly(Action.SESSION_CREATE);
    note("acme-1", new DeedNote.InLog(session.id(), 0, 1));
    NOW.addAndGet(RedisAudit.ORPHANED_MS);
    sweep(null);
    assertThat(deeds("acme-1")).hasSize(1);
  }

  @Test
  void deletionIsToldOfIfTheSessionIsGone() {
    var session = made("acme-2", "s_2");
    var there = Deed.alone(7_000, Action.SESSION_DELETE, "bob", session.id());
    var gone = Deed.alone(7_000, Action.SESSION_DELETE, "bob", "s_gone");
    var export = Deed.alone(7_000, Action.SESSION_EXPORT, "bob", "s_gone");
    List.of(there, gone, export).forEach(deed -> note("acme-2", new DeedNote.Alone(deed)));
    NOW.addAndGet(RedisAudit.ORPHANED_MS);
    sweep(null);
    assertThat(deeds("acme-2"))
        .filteredOn(deed -> deed.action() != Action.SESSION_CREATE)
        .containsExactlyInAnyOrder(gone, export.with("outcome", "unknown"));
  }

  @Test
  void whatTheLogStillHasToTellIsToldBeforeItGoes() {
    var session = made("acme-3", "s_3");
    awaitDeeds("acme-3", 1);
    await(direct.send(Request.cmd(Command.DEL).arg(Keys.audit("acme-3"))));
    note("acme-3", new DeedNote.InLog(session.id(), 0, 1));
    var deletion = Deed.alone(9_000, Action.SESSION_DELETE, "bob", session.id());
    await(store.audit().during("acme-3", deletion, () -> store.journal().delete(session)));
    assertThat(deeds("acme-3"))
        .extracting(Deed::action)
        .containsExactly(Action.SESSION_DELETE, Action.SESSION_CREATE);
  }

  @Test
  void whatWasKeptLongEnoughIsForgotten() {
    made("acme-4", "s_4");
    var late = Deed.alone(NOW.get(), Action.BUDGET_SET, "bob", "tenant/acme-4");
    await(store.audit().during("acme-4", late, Future::succeededFuture));
    awaitDeeds("acme-4", 2);
    sweep(60_000L);
    assertThat(deeds("acme-4")).containsExactly(late);
  }
}
