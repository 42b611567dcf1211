package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.tidegate.run.Sessions.Following;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who wants to hear what happens in which session of this process. */
final class Followers implements RunListener {
  private final Map<SessionId, CopyOnWriteArrayList<RunListener>> bySession =
      new ConcurrentHashMap<>();

  Following follow(SessionId session, RunListener listener) {
    var careful = new Listeners(List.of(listener));
    bySession.compute(
        session,
        (_, known) -> {
          var listeners = known == null ? new CopyOnWriteArrayList<RunListener>() : known;
          listeners.add(careful);
          return listeners;
        });
    return () -> leave(session, careful);
  }

  private void leave(SessionId session, RunListener listener) {
    bySession.computeIfPresent(
        session,
        (_, listeners) -> {
          listeners.remove(listener);
          return listeners.isEmpty() ? null : listeners;
        });
  }

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    var listeners = bySession.get(session);
    if (listeners != null) {
      listeners.forEach(listener -> listener.recorded(session, entries, state));
    }
  }

  @Override
  public void heard(SessionId session, List<Entry> entries) {
    var listeners = bySession.get(session);
    if (listeners != null) {
      listeners.forEach(listener -> listener.heard(session, entries));
    }
  }

  /** The sessions that somebody here follows. */
  List<SessionId> sessions() {
    return List.copyOf(bySession.keySet());
  }

  boolean follows(SessionId session) {
    return bySession.containsKey(session);
  }

  @Override
  public void delta(SessionId session, Delta delta) {
    var listeners = bySession.get(session);
    if (listeners != null) {
      listeners.forEach(listener -> listener.delta(session, delta));
    }
  }
}
