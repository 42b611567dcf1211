package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The append-only logs of all sessions: the state, the stream, the audit trail and the resume point
 * in one.
 */
public interface Journal {

  /**
   * Appends the owner's batch whole, or nothing. Fails with a {@link Refused} that says why.
   *
   * <p>Appending the same batch again is harmless: a writer that does not know whether its append
   * arrived may repeat it.
   */
  Future<Appended> append(SessionId session, Batch batch);

  /**
   * Entries that belong together.
   *
   * @param owner the incarnation that owns the session; noted when the batch makes it, and empty if
   *     it is to wait for an owner
   * @param epoch the writer's; 1 makes the session if {@code head} is 0, and the one after the
   *     record's takes a session that is at rest
   * @param head the seq before the first entry
   * @param tag the tag of the entry there, or 0 if it is not known
   * @param status what the session is after it
   * @param meta fields of the session's record to set, such as the digest of the request that made
   *     it
   */
  record Batch(
      String owner,
      long epoch,
      long head,
      int tag,
      List<Entry> entries,
      Status status,
      Map<String, String> meta) {
    public Batch {
      entries = List.copyOf(entries);
      meta = Map.copyOf(meta);
    }
  }

  /**
   * An append was made.
   *
   * @param owner the session's owner, or empty
   * @param listeners other replicas that listen to the session
   */
  record Appended(String owner, List<String> listeners) {
    public Appended {
      listeners = List.copyOf(listeners);
    }
  }

  /**
   * Appends facts that come from outside, by whoever received them: whole, or nothing. Fails with
   * {@code STALE_HEAD} if the log does not end where they were found to hold; the owner finds them
   * when it appends the next time.
   *
   * <p>Appending the same facts again is harmless, as with the owner's, as long as nothing else was
   * added.
   */
  Future<Appended> add(SessionId session, Facts facts);

  /**
   * Facts that belong together.
   *
   * @param name tells these facts from equal ones that somebody else adds at the same time
   * @param head the seq before the first entry, at least 1
   * @param tag the tag of the entry there, or 0 if it is not known
   * @param status what the session is after it
   * @param meta fields of the session's record to set
   */
  record Facts(
      String name,
      long head,
      int tag,
      List<Entry> entries,
      Status status,
      Map<String, String> meta) {
    public Facts {
      entries = List.copyOf(entries);
      meta = Map.copyOf(meta);
    }
  }

  /** What a session is doing. */
  enum Status {
    IDLE,
    QUEUED,
    RUNNING,
    SUSPENDED;

    /** What a session in that state is doing. */
    static Status of(RunState state) {
      return switch (state.phase()) {
        case RUNNING -> RUNNING;
        case SUSPENDED -> SUSPENDED;
        case IDLE -> state.queue().isEmpty() ? IDLE : QUEUED;
      };
    }

    /** Whether it has to be driven by somebody; otherwise it rests. */
    public boolean busy() {
      return this == QUEUED || this == RUNNING;
    }
  }

  /** The session's record, or null if there is none. */
  Future<@Nullable Record> find(SessionId session);

  /** The seq of the last entry of each of the sessions; those that are not there are left out. */
  Future<Map<SessionId, Long>> heads(List<SessionId> sessions);

  /**
   * What is kept about a session beside its log.
   *
   * @param agent the agent it was made for
   * @param owner the incarnation that writes for it while a run is under way, or empty; what a
   *     session at rest names has no meaning
   * @param head the seq of its last entry
   * @param createdAt milliseconds since 1970
   * @param updatedAt milliseconds since 1970
   * @param parent the session it was forked from, or null
   * @param meta what {@link Batch#meta} set
   */
  record Record(
      SessionId id,
      String agent,
      Status status,
      String owner,
      long epoch,
      long head,
      long createdAt,
      long updatedAt,
      @Nullable String parent,
      Map<String, String> meta) {
    /**
     * The field of {@link #meta} with the places at which a fail-over of the store lost entries,
     * oldest first, with commas between them.
     */
    public static final String REWINDS = "rewinds";

    /** The field of {@code meta} that says how many calls wait for what a person says. */
    public static final String WAITING = "waiting";

    /**
     * The field of {@code meta} that says when the session wants its alarm, in milliseconds since
     * 1970; 0 is never.
     */
    public static final String ALARM = "alarm";

    public Record {
      meta = Map.copyOf(meta);
    }

    /** When the session wants its alarm, in milliseconds since 1970, or 0 for never. */
    public long alarm() {
      return Long.parseLong(meta.getOrDefault(ALARM, "0"));
    }

    /** Counted from 1: one more each time that a fail-over of the store lost entries. */
    public long generation() {
      return 1 + rewinds().count();
    }

    /** The last seq that a reader still has who had the log of a generation up to a seq. */
    public long kept(long generation, long seq) {
      long lost = rewinds().skip(Math.max(0, generation - 1)).min().orElse(Long.MAX_VALUE);
      return Math.min(head, Math.min(seq, lost - 1));
    }

    private LongStream rewinds() {
      var places = meta.get(REWINDS);
      return places == null
          ? LongStream.empty()
          : Arrays.stream(places.split(",")).mapToLong(Long::parseLong);
    }

    /** Whether a call waits for what a person says. */
    public boolean waitsForPeople() {
      return !meta.getOrDefault(WAITING, "0").equals("0");
    }
  }

  /**
   * Makes an incarnation the session's only writer and returns its epoch; the writer before is
   * fenced. Null if the session is not as it was when the record was read: another may have taken
   * it, or it went on.
   */
  Future<@Nullable Long> own(Record record, String owner);

  /** Gives the session up if the epoch holds: it has no owner, and anybody may take it. */
  Future<Void> release(SessionId session, long epoch);

  /**
   * Wants the session's appends to name a replica among the {@link Appended#listeners} for so many
   * milliseconds; gives its record, or null if there is none.
   */
  Future<@Nullable Record> listen(SessionId session, String replica, long ms);

  /**
   * Succeeds when so many of the store's own replicas have all that this process appended for the
   * session, as far as they say so; at once with 0.
   */
  Future<Void> replicated(SessionId session, int replicas);

  /**
   * Entries after a seq, oldest first, up to about that many bytes but at least one; empty at the
   * end.
   */
  Future<List<Entry>> read(SessionId session, long after, int maxBytes);

  /**
   * The latest state that was kept for the session, or null if there is none that this code can go
   * on from: it was made by another version of the fold, or the log does not reach as far.
   */
  Future<@Nullable RunState> snapshot(SessionId session);

  /**
   * Keeps a state that the session's log folds to, in place of an older one; nothing happens if the
   * session is gone or a newer one is kept. It is dispensable: it goes with the session, and forks
   * do not have it.
   */
  Future<Void> keepSnapshot(SessionId session, RunState state);

  /** A blob of the session's family, or null. */
  Future<@Nullable Buffer> blob(SessionId session, String digest);

  /**
   * Makes a session from another's entries up to and with {@code at}, and the entry that says so.
   */
  Future<Void> fork(SessionId from, long at, SessionId to, Entry forked, String agent);

  /** Sessions of a tenant, newest first. */
  Future<Listing> list(String tenant, Filter filter, @Nullable String cursor, int limit);

  /**
   * What to list; null means all.
   *
   * @param from the earliest time when it was made, in milliseconds since 1970
   * @param to the time before which it was made, in milliseconds since 1970
   */
  record Filter(
      @Nullable String agent, @Nullable Status status, @Nullable Long from, @Nullable Long to) {
    public Filter(@Nullable String agent, @Nullable Status status) {
      this(agent, status, null, null);
    }

    /** Whether it lets a session through. */
    public boolean matches(Record record) {
      return (agent == null || agent.equals(record.agent()))
          && (status == null || status == record.status())
          && (from == null || record.createdAt() >= from)
          && (to == null || record.createdAt() < to);
    }
  }

  /** A page of sessions, and where the next begins; null at the end. */
  record Listing(List<Record> items, @Nullable String next) {
    public Listing {
      items = List.copyOf(items);
    }
  }

  /**
   * Sessions of a tenant in which calls wait for people, be their runs suspended or under way;
   * those first that asked last.
   */
  Future<Listing> waiting(String tenant, @Nullable String cursor, int limit);

  /**
   * Deletes a session and the blobs that no other session of its family refers to; false if there
   * is none.
   */
  Future<Boolean> delete(SessionId session);

  /**
   * Wants {@link #dueAlarms} to name the session at that time, in milliseconds since 1970, instead
   * of the time set before; 0 takes it back. Survives the process.
   */
  Future<Void> setAlarm(SessionId session, long at);

  /**
   * Takes up to {@code limit} alarms that have come. One is named again half a minute later, for
   * the case that its taker dies, until it is settled, another is set, or its session is idle or
   * gone.
   */
  Future<List<Due>> dueAlarms(long now, int limit);

  /** An alarm that has come, and what {@link #settleAlarm} knows it by. */
  record Due(SessionId session, long seen) {}

  /**
   * Ends an alarm that was taken: the next is at that time, in milliseconds since 1970, or never if
   * it is 0. Nothing happens if another was set since: who set it knows more.
   */
  Future<Void> settleAlarm(Due due, long next);

  /** Succeeds if the journal can be written to. */
  Future<Void> ping();

  /** Why an append was not made. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What stood against it. */
    public enum Why {
      /** Another writer owns the session. */
      FENCED,
      /**
       * The log has other entries after the batch's head, or another one there, or the batch's
       * epoch is one that its own process has left behind: read it anew.
       */
      STALE_HEAD,
      /** There is no such session. */
      GONE
    }

    private final Why why;

    public Refused(Why why, String message) {
      super(why + ": " + message, null, false, false);
      this.why = why;
    }

    public Why why() {
      return why;
    }
  }

  /**
   * The journal did not answer, or not in time. An append that failed so may have been made: repeat
   * the same batch.
   */
  final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause, false, false);
    }
  }
}
