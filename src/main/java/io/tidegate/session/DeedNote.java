package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.run.Audit.Deed;
import io.tidegate.run.SessionId;
import java.util.List;

/**
 * That something is about to be done, so that it is told of even if whoever does it dies: a place
 * in a session's log where it will be, or the deed itself.
 */
sealed interface DeedNote {

  /** It will be among so many entries after that seq. */
  record InLog(String session, long after, int count) implements DeedNote {
    @Override
    public String text() {
      return "log " + session + " " + after + " " + count;
    }
  }

  /** It is in no log. */
  record Alone(Deed deed) implements DeedNote {
    @Override
    public String text() {
      return "deed " + DeedFormat.write(deed);
    }
  }

  /** As it is kept. */
  String text();

  static DeedNote of(SessionId session, List<Entry> entries) {
    return new InLog(session.id(), entries.getFirst().seq() - 1, entries.size());
  }

  /** Reads what {@link #text} gave. */
  static DeedNote parse(String text) {
    var words = text.split(" ", 2);
    if (words[0].equals("deed")) {
      return new Alone(DeedFormat.read(words[1]).orElseThrow());
    }
    var place = words[1].split(" ", -1);
    return new InLog(place[0], Long.parseLong(place[1]), Integer.parseInt(place[2]));
  }

  /** Whether it is about the session. */
  default boolean about(String session) {
    return switch (this) {
      case InLog log -> log.session().equals(session);
      case Alone alone -> alone.deed().session().equals(session);
    };
  }
}
