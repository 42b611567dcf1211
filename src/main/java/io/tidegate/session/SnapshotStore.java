package io.tidegate.session;

import io.tidegate.loop.RunState;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.EntryCodec;
import io.tidegate.session.codec.FormatException;
import io.tidegate.session.codec.SnapshotCodec;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The latest state of each session that has a long log; it is written and read on workers. */
final class SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);

  /** Redis holds no value of more than 512 MB, and is slow long before. */
  private static final int LARGEST = 64 << 20;

  private final Vertx vertx;
  private final RedisPipes pipes;
  private final SnapshotCodec codec;

  SnapshotStore(Vertx vertx, RedisPipes pipes, EntryCodec entries) {
    this.vertx = vertx;
    this.pipes = pipes;
    this.codec = new SnapshotCodec(entries);
  }

  Future<Void> keep(SessionId session, RunState state) {
    return vertx
        .executeBlocking(() -> codec.encode(state), false)
        .compose(json -> json.length > LARGEST ? remove(session) : keep(session, state, json));
  }

  private Future<Void> keep(SessionId session, RunState state, byte[] json) {
    var keys = new Keys(session);
    var call = new ScriptCall(Scripts.KEEP).keys(keys.meta(), keys.snapshot());
    return pipes.run(session.root(), call.arg(state.head()).arg(json)).mapEmpty();
  }

  /** The state, or null if there is none from which the log goes on. */
  Future<@Nullable RunState> find(SessionId session) {
    var keys = new Keys(session);
    var kept = pipes.send(session.root(), Request.cmd(Command.GET).arg(keys.snapshot()));
    var head = pipes.send(session.root(), Request.cmd(Command.HGET).arg(keys.meta()).arg("head"));
    return Future.all(kept, head)
        .compose(both -> read(session, both.resultAt(0), both.resultAt(1)));
  }

  private Future<@Nullable RunState> read(
      SessionId session, @Nullable Response kept, @Nullable Response head) {
    if (kept == null || head == null) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(() -> decode(session, kept.toBytes()), false)
        .compose(state -> state == null ? none(session) : reached(session, state, head.toLong()));
  }

  private @Nullable RunState decode(SessionId session, byte[] json) {
    try {
      return codec.decode(json);
    } catch (FormatException broken) {
      LOG.atWarn()
          .addKeyValue("tenant", session.tenant())
          .addKeyValue("session", session.id())
          .log("{}; the log is read from the start", broken.getMessage());
      return null;
    }
  }

  /** A log that lost its end in a fail-over may have gone on otherwise. */
  private Future<@Nullable RunState> reached(SessionId session, RunState state, long head) {
    return state.head() <= head ? Future.succeededFuture(state) : none(session);
  }

  private Future<@Nullable RunState> none(SessionId session) {
    return remove(session).map(_ -> null);
  }

  private Future<Void> remove(SessionId session) {
    return pipes
        .send(session.root(), Request.cmd(Command.DEL).arg(new Keys(session).snapshot()))
        .mapEmpty();
  }
}
