package io.tidegate.session;

import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sorted set of sessions in a slot of its own. It may name too many sessions: whoever reads it
 * looks at their records.
 */
final class Hint {
  private final RedisPipes pipes;
  private final String key;

  Hint(RedisPipes pipes, String key) {
    this.pipes = pipes;
    this.key = key;
  }

  /** A session in the set, and the score with which it was seen. */
  record Seen(SessionId session, long score) {}

  Future<Void> put(SessionId session, long score) {
    return send(session, command(Command.ZADD).arg(score).arg(Keys.member(session)));
  }

  Future<Void> putIfAbsent(SessionId session, long score) {
    return send(session, command(Command.ZADD).arg("NX").arg(score).arg(Keys.member(session)));
  }

  Future<Void> putIfSooner(SessionId session, long score) {
    return send(session, command(Command.ZADD).arg("LT").arg(score).arg(Keys.member(session)));
  }

  /** Puts the session in place of what was seen; a score that was changed since stays if sooner. */
  Future<Void> replace(SessionId session, long score, long seen) {
    return run(new ScriptCall(Scripts.LOOK).arg(Keys.member(session)).arg(score).arg(seen))
        .mapEmpty();
  }

  Future<Void> remove(SessionId session) {
    return send(session, command(Command.ZREM).arg(Keys.member(session)));
  }

  /** Removes the sessions soon, but those whose score was changed since they were seen. */
  Future<Void> forget(List<Seen> seen) {
    if (seen.isEmpty()) {
      return Future.succeededFuture();
    }
    var call = new ScriptCall(Scripts.FORGET).keys(key);
    seen.forEach(one -> call.arg(Keys.member(one.session())).arg(one.score()));
    return pipes.runSoon(route(seen.getFirst().session()), call).mapEmpty();
  }

  Request command(Command command) {
    return Request.cmd(command).arg(key);
  }

  /** Sends a command that is about no single session. */
  Future<@Nullable Response> send(Request request) {
    return pipes.send(key, request);
  }

  Future<@Nullable Response> run(ScriptCall call) {
    return pipes.run(key, call.keys(key));
  }

  /** Members and scores in turn. */
  static List<Seen> seen(@Nullable Response answer) {
    var seen = new ArrayList<Seen>();
    for (int i = 0; answer != null && i + 1 < answer.size(); i += 2) {
      long score = (long) Double.parseDouble(answer.get(i + 1).toString());
      seen.add(new Seen(Keys.session(answer.get(i).toString()), score));
    }
    return seen;
  }

  /** By the session's own connection: so the hint is written before what is sent after it. */
  private Future<Void> send(SessionId session, Request request) {
    return pipes.send(route(session), request).mapEmpty();
  }

  private static String route(SessionId session) {
    return session.root();
  }
}
