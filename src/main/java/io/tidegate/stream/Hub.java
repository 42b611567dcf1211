package io.tidegate.stream;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Follows each session once, however many clients do, and encodes each event once for all of them.
 * Keeps nothing.
 */
final class Hub {
  private final Sessions sessions;
  private final ConcurrentMap<SessionId, Channel> channels = new ConcurrentHashMap<>();

  Hub(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Puts what happens in the session into the mailbox from now on. */
  void join(SessionId session, Mailbox mailbox) {
    channels.compute(
        session,
        (id, known) -> {
          var channel = known == null ? new Channel(id) : known;
          channel.mailboxes.add(mailbox);
          return channel;
        });
  }

  void leave(SessionId session, Mailbox mailbox) {
    channels.computeIfPresent(
        session,
        (id, channel) -> {
          channel.mailboxes.remove(mailbox);
          if (!channel.mailboxes.isEmpty()) {
            return channel;
          }
          channel.following.close();
          return null;
        });
  }

  /** How many sessions are followed. */
  int size() {
    return channels.size();
  }

  /** One session's events, on its run's context. */
  private final class Channel implements RunListener {
    private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
    private final Sessions.Following following;

    Channel(SessionId session) {
      following = sessions.follow(session, this);
    }

    @Override
    public void recorded(SessionId session, List<Entry> entries, RunState state) {
      heard(session, entries);
    }

    @Override
    public void heard(SessionId session, List<Entry> entries) {
      for (var entry : entries) {
        if (wanted()) {
          put(new Live.Recorded(entry, Projection.of(session, entry)));
        }
      }
    }

    @Override
    public void delta(SessionId session, Delta delta) {
      if (wanted()) {
        put(new Live.Streamed(delta, Projection.of(session, delta)));
      }
    }

    /** Nothing is encoded for clients that all lag behind. */
    private boolean wanted() {
      for (var mailbox : mailboxes) {
        if (mailbox.isOpen()) {
          return true;
        }
      }
      return false;
    }

    private void put(Live item) {
      for (var mailbox : mailboxes) {
        mailbox.put(item);
      }
    }
  }
}
