package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Sessions.batch;
import static io.tidegate.session.Sessions.child;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.entry;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.opened;
import static io.tidegate.session.Sessions.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** States that are kept beside logs. */
class SnapshotIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

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

  @Test
  void latestStateIsKept() {
    var session = written(5);
    assertThat(await(journal.snapshot(session))).isNull();
    await(journal.keepSnapshot(session, state(3)));
    assertThat(await(journal.snapshot(session))).usingRecursiveComparison().isEqualTo(state(3));
    await(journal.keepSnapshot(session, state(5)));
    await(journal.keepSnapshot(session, state(4)));
    assertThat(await(journal.snapshot(session)).head()).isEqualTo(5);
  }

  @Test
  void sessionThatIsGoneKeepsNone() {
    var session = fresh();
    await(journal.keepSnapshot(session, state(3)));
    assertThat(exists(session)).isFalse();
  }

  @Test
  void deletionTakesItAlong() {
    var session = written(5);
    await(journal.keepSnapshot(session, state(5)));
    assertThat(exists(session)).isTrue();
    await(journal.delete(session));
    assertThat(exists(session)).isFalse();
  }

  @Test
  void forkHasNone() {
    var session = written(5);
    await(journal.keepSnapshot(session, state(5)));
    var fork = child(session);
    var forked = entry(6, new Event.Forked(session.id(), 5, "ci"));
    await(journal.fork(session, 5, fork, forked, "reconciler"));
    assertThat(await(journal.snapshot(fork))).isNull();
  }

  @Test
  void stateBeyondTheEndOfTheLogIsNotKept() {
    var session = written(5);
    await(journal.keepSnapshot(session, state(6)));
    assertThat(exists(session)).isFalse();
  }

  @Test
  void stateOfALogThatLostItsEndIsIgnoredAndRemoved() {
    var session = written(5);
    await(journal.keepSnapshot(session, state(5)));
    send(Request.cmd(Command.HSET).arg(new Keys(session).meta()).arg("head").arg(4));
    assertThat(await(journal.snapshot(session))).isNull();
    assertThat(exists(session)).isFalse();
    await(journal.keepSnapshot(session, state(4)));
    assertThat(await(journal.snapshot(session)).head()).isEqualTo(4);
  }

  @Test
  void stateOfAnotherFoldIsIgnoredAndRemovedAndKeptAnew() {
    var session = written(5);
    await(journal.keepSnapshot(session, state(5)));
    var key = new Keys(session).snapshot();
    var kept = send(Request.cmd(Command.GET).arg(key)).toString();
    var other = kept.replaceFirst("\"fold\":\\d+", "\"fold\":0");
    send(Request.cmd(Command.SET).arg(key).arg(other));
    assertThat(await(journal.snapshot(session))).isNull();
    assertThat(exists(session)).isFalse();
    await(journal.keepSnapshot(session, state(5)));
    assertThat(await(journal.snapshot(session)).head()).isEqualTo(5);
  }

  @Test
  void stateThatCanNotBeReadIsIgnoredAndRemoved() {
    var session = written(5);
    await(journal.keepSnapshot(session, state(5)));
    send(Request.cmd(Command.SET).arg(new Keys(session).snapshot()).arg("{\"v\":1,\"fold\":1}"));
    assertThat(await(journal.snapshot(session))).isNull();
    assertThat(exists(session)).isFalse();
  }

  private static SessionId written(int entries) {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, states(2, entries - 1))));
    return session;
  }

  private static RunState state(int head) {
    var state = RunState.EMPTY.after(opened("reconciler"));
    for (Entry entry : head == 1 ? List.<Entry>of() : states(2, head - 1)) {
      state = state.after(entry);
    }
    return state;
  }

  private static boolean exists(SessionId session) {
    return send(Request.cmd(Command.EXISTS).arg(new Keys(session).snapshot())).toInteger() == 1;
  }

  private static Response send(Request request) {
    return await(direct.send(request));
  }
}
