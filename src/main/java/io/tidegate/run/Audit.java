package io.tidegate.run;

import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who did what. What people do in sessions is in the journal already, and comes from there; what is
 * done besides goes through {@link #during}. Entries are never changed, and outlive their sessions.
 */
public interface Audit {

  /** What somebody may do. */
  enum Action {
    RUN_QUEUE,
    RUN_START,
    RUN_CANCEL,
    RUN_RESUME,
    CALL_APPROVE,
    CALL_DENY,
    CALL_EXPIRE,
    CALL_ANSWER,
    CALL_SETTLE,
    STATE_CORRECT,
    SESSION_CREATE,
    SESSION_FORK,
    SESSION_IMPORT,
    SESSION_EXPORT,
    SESSION_DELETE,
    BUDGET_SET;

    /** Its public name, such as {@code run.start}. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The one with that public name. */
    public static Optional<Action> named(String name) {
      return Arrays.stream(values()).filter(action -> action.wire().equals(name)).findFirst();
    }

    /** All public names. */
    public static List<String> names() {
      return Arrays.stream(values()).map(Action::wire).toList();
    }
  }

  /**
   * What somebody did.
   *
   * @param id its name among those of the tenant: the same each time that it is told
   * @param at when, in milliseconds since 1970
   * @param session the session that it was about, or empty
   * @param run the run, or empty
   * @param call the call, or empty
   * @param detail what else is to be known, in words that are safe to keep
   */
  record Deed(
      String id,
      long at,
      Action action,
      String principal,
      String session,
      String run,
      String call,
      Map<String, String> detail) {
    public Deed {
      detail = new TreeMap<>(detail);
    }

    /** A deed that is in no journal, and of which there is one of its kind at a time. */
    public static Deed alone(long at, Action action, String principal, String about) {
      var id = action.wire() + "/" + about + "/" + at;
      return new Deed(id, at, action, principal, about, "", "", Map.of());
    }

    /** The same with one more thing to know. */
    public Deed with(String name, String value) {
      var more = new TreeMap<>(detail);
      more.put(name, value);
      return new Deed(id, at, action, principal, session, run, call, more);
    }

    /** The same about another session. */
    public Deed about(String other) {
      return new Deed(id, at, action, principal, other, run, call, detail);
    }
  }

  /**
   * Does something that no journal holds. That it was done is kept even if this process dies
   * meanwhile; if nobody can know any more whether it was, its detail says that {@code outcome} is
   * {@code unknown}. What fails was not done.
   */
  default <T> Future<T> during(String tenant, Deed deed, Supplier<Future<T>> doing) {
    return during(tenant, deed, doing, _ -> deed);
  }

  /**
   * The same.
   *
   * @param told gives the deed as it is to be kept, when it is known what came of it
   */
  <T> Future<T> during(String tenant, Deed deed, Supplier<Future<T>> doing, Function<T, Deed> told);

  /**
   * A page of a tenant's deeds, the latest first. It may hold fewer than there are and still have a
   * next one.
   *
   * @param cursor where the page before ended, or null for the start
   */
  Future<Page> list(String tenant, Filter filter, @Nullable String cursor, int limit);

  /** Deeds, and where the next page begins; null at the end. */
  record Page(List<Deed> deeds, @Nullable String next) {
    public Page {
      deeds = List.copyOf(deeds);
    }
  }

  /**
   * Which deeds are wanted; null is any.
   *
   * @param from the earliest time, in milliseconds since 1970
   * @param to the time before which they were done, in milliseconds since 1970
   */
  record Filter(
      @Nullable Long from,
      @Nullable Long to,
      @Nullable String principal,
      @Nullable String session,
      @Nullable Action action) {
    /** Whether it is wanted, whenever it was. */
    public boolean matches(Deed deed) {
      return (principal == null || principal.equals(deed.principal()))
          && (session == null || session.equals(deed.session()))
          && (action == null || action == deed.action());
    }
  }
}
