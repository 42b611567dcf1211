package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells replicas that listen to a session driven here what happens in it. Nothing crosses to
 * another process unless somebody there listens.
 */
final class Voices implements RunListener {
  /** How long a replica is told things after it said that it listens. */
  static final long KEPT_MS = 20_000;

  private final Neighbours neighbours;
  private final Time time;
  private final Map<SessionId, Map<String, Long>> listeners = new ConcurrentHashMap<>();

  Voices(Neighbours neighbours, Time time) {
    this.neighbours = neighbours;
    this.time = time;
  }

  void listens(SessionId session, String replica) {
    if (!replica.equals(neighbours.me())) {
      listeners
          .computeIfAbsent(session, _ -> new ConcurrentHashMap<>())
          .put(replica, time.nanos() + KEPT_MS * 1_000_000);
    }
  }

  void listenedTo(SessionId session, List<String> replicas) {
    replicas.forEach(replica -> listens(session, replica));
  }

  /** The session is no longer driven here. */
  void forget(SessionId session) {
    listeners.remove(session);
  }

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    tell(session, new Message.Grew(session, entries.getLast().seq()));
  }

  @Override
  public void delta(SessionId session, Delta delta) {
    tell(session, new Message.Said(session, delta));
  }

  private void tell(SessionId session, Message message) {
    var known = listeners.get(session);
    if (known == null) {
      return;
    }
    long now = time.nanos();
    known.values().removeIf(till -> till - now < 0);
    known.keySet().forEach(replica -> neighbours.tell(replica, message));
  }
}
