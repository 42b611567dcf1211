package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Audit.Deed;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people did in a session, and what was done in their place, as its journal tells. */
public final class Deeds {
  /** Who does what is due and nobody asked for. */
  static final String TIDEGATE = "tidegate";

  private Deeds() {}

  /** Whether an entry with that event is somebody's deed. */
  public static boolean isDeed(Event event) {
    return switch (event) {
      case Event.Opened _,
          Event.Queued _,
          Event.Asked _,
          Event.Decided _,
          Event.Expired _,
          Event.InputAnswered _,
          Event.OutcomeDecided _,
          Event.Reopened _ ->
          true;
      case Event.Cancelled cancelled -> cancelled.reason() == StopReason.CANCELLED;
      case Event.StateSet set -> !set.by().startsWith(Event.BY_TOOL);
      default -> false;
    };
  }

  /** The deed that the entry tells of, or null. */
  public static @Nullable Deed of(SessionId session, Entry entry) {
    if (!isDeed(entry.event())) {
      return null;
    }
    return switch (entry.event()) {
      case Event.Opened e ->
          deed(session, entry, Action.SESSION_CREATE, e.by(), "", Map.of("agent", e.agent()));
      case Event.Queued e ->
          deed(session, entry, Action.RUN_QUEUE, e.by(), "", Map.of("agent", e.agent()));
      case Event.Asked e ->
          deed(session, entry, Action.RUN_START, e.by(), "", Map.of("agent", e.pin().agent()));
      case Event.Cancelled e -> deed(session, entry, Action.RUN_CANCEL, e.by(), "", Map.of());
      case Event.Reopened e -> deed(session, entry, Action.RUN_RESUME, e.by(), "", resumed(e));
      case Event.Decided e -> decided(session, entry, e);
      case Event.Expired e ->
          deed(session, entry, Action.CALL_EXPIRE, TIDEGATE, e.call(), Map.of());
      case Event.InputAnswered e ->
          deed(session, entry, Action.CALL_ANSWER, e.by(), e.call(), Map.of("tool", e.tool()));
      case Event.OutcomeDecided e ->
          deed(session, entry, Action.CALL_SETTLE, e.by(), e.call(), settled(e));
      case Event.StateSet e -> deed(session, entry, Action.STATE_CORRECT, e.by(), "", Map.of());
      default -> null;
    };
  }

  private static Deed decided(SessionId session, Entry entry, Event.Decided e) {
    var action = e.approved() ? Action.CALL_APPROVE : Action.CALL_DENY;
    var deed = deed(session, entry, action, e.by(), e.call(), noted(e.note()));
    return e.edited() ? deed.with("edited", "true") : deed;
  }

  private static Map<String, String> settled(Event.OutcomeDecided e) {
    var outcome = e.resolution().name().toLowerCase(Locale.ROOT);
    return e.note().isEmpty()
        ? Map.of("outcome", outcome)
        : Map.of("outcome", outcome, "note", e.note());
  }

  private static Map<String, String> resumed(Event.Reopened e) {
    var limits = e.limits();
    boolean raised = !limits.equals(Limits.Change.NONE);
    return raised ? Map.of("limits", raised(limits), "note", e.note()) : noted(e.note());
  }

  private static String raised(Limits.Change limits) {
    var all = new LinkedHashMap<String, @Nullable Object>();
    all.put("steps", limits.steps());
    all.put("tool_calls", limits.toolCalls());
    all.put("parallel", limits.parallel());
    all.put("cost_usd", limits.cost());
    all.put("tokens", limits.tokens());
    all.put("deadline_ms", limits.deadlineMs());
    return all.entrySet().stream()
        .filter(one -> one.getValue() != null)
        .map(one -> one.getKey() + "=" + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private static Map<String, String> noted(String note) {
    return note.isEmpty() ? Map.of() : Map.of("note", note);
  }

  private static Deed deed(
      SessionId session,
      Entry entry,
      Action action,
      String by,
      String call,
      Map<String, String> detail) {
    var id = session.id() + "-" + entry.seq();
    return new Deed(id, entry.at(), action, by, session.id(), entry.run(), call, detail);
  }
}
