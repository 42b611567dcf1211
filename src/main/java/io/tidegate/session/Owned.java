package io.tidegate.session;

import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The sessions that each incarnation has under way: where to look when it dies. A session is noted
 * before the append that makes it so, once: this process remembers which it noted.
 */
final class Owned {
  private final RedisPipes pipes;
  private final LongSupplier now;
  private final Map<SessionId, Noted> noted = new ConcurrentHashMap<>();

  private record Noted(String owner, long at) {}

  /**
   * @param now milliseconds since 1970
   */
  Owned(RedisPipes pipes, LongSupplier now) {
    this.pipes = pipes;
    this.now = now;
  }

  Future<Void> add(SessionId session, String owner) {
    var noting = new Noted(owner, now.getAsLong());
    var before = noted.put(session, noting);
    if (before != null && before.owner().equals(owner)) {
      noted.put(session, before);
      return Future.succeededFuture();
    }
    return owner.isEmpty()
        ? Future.succeededFuture()
        : of(owner).put(session, noting.at()).onFailure(_ -> doubt(session));
  }

  /** Removes it if nobody has noted it since this process did. */
  void remove(SessionId session) {
    var was = noted.remove(session);
    if (was != null && !was.owner().isEmpty()) {
      of(was.owner()).forget(List.of(new Seen(session, was.at())));
    }
  }

  /** It may be noted or not: the next append notes it again. */
  void doubt(SessionId session) {
    noted.remove(session);
  }

  private Hint of(String owner) {
    return new Hint(pipes, Keys.owned(owner));
  }
}
