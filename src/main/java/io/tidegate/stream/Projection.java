package io.tidegate.stream;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Stop;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions.Partial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What clients see of a session's journal: at most one public event an entry. Events of the journal
 * may change with the loop; those of this table are a contract.
 *
 * <table>
 * <caption>Journal and public events</caption>
 * <tr><th>entry</th><th>public event</th></tr>
 * <tr><td>Opened, Forked</td><td>session.opened, session.forked</td></tr>
 * <tr><td>Queued, Asked</td><td>run.queued, run.started</td></tr>
 * <tr><td>Resumed, Reopened</td><td>run.resumed; with an epoch, what was streamed of an unfinished
 *     reply is void</td></tr>
 * <tr><td>ModelAsked, Replied</td><td>model.started, model.finished</td></tr>
 * <tr><td>ModelFailed</td><td>turn.reset</td></tr>
 * <tr><td>Checked</td><td>tool.proposed; again if a person edited the arguments</td></tr>
 * <tr><td>ApprovalRequested</td><td>approval.requested</td></tr>
 * <tr><td>Decided, Expired</td><td>approval.decided</td></tr>
 * <tr><td>InputRequested, InputAnswered</td><td>input.requested, input.answered, which is the call's
 *     result</td></tr>
 * <tr><td>CallStarted</td><td>tool.started</td></tr>
 * <tr><td>CallReturned, CallAdopted</td><td>tool.finished</td></tr>
 * <tr><td>OutcomeDecided</td><td>outcome.decided</td></tr>
 * <tr><td>OutputChecked</td><td>output.checked</td></tr>
 * <tr><td>FellBack</td><td>run.fallback</td></tr>
 * <tr><td>StateSet</td><td>state.changed</td></tr>
 * <tr><td>BudgetWarned</td><td>budget.warning</td></tr>
 * <tr><td>Cancelled</td><td>run.cancelling</td></tr>
 * <tr><td>Rewound</td><td>log.rewound</td></tr>
 * <tr><td>Suspended, Stopped</td><td>run.suspended, run.stopped</td></tr>
 * <tr><td>Sealed, Ruled, BudgetRefused, DeadlinePassed</td><td>none: tool.proposed,
 *     approval.requested or tool.finished, run.suspended and run.stopped say it</td></tr>
 * </table>
 *
 * <p>Beside the journal pass text.delta, reasoning.delta, message.snapshot, stream.error,
 * gateway.degraded and gateway.recovered.
 */
public final class Projection {
  private final SessionId session;
  private final Entry entry;

  private Projection(SessionId session, Entry entry) {
    this.session = session;
    this.entry = entry;
  }

  /** The event of an entry, or null if clients do not see it. */
  public static @Nullable PublicEvent of(SessionId session, Entry entry) {
    var json = new Projection(session, entry).event();
    return json == null ? null : json.done();
  }

  private @Nullable EventJson event() {
    return switch (entry.event()) {
      case Event.Opened opened ->
          durable("session.opened")
              .text("agent", opened.agent())
              .payload("state", opened.state())
              .payload("metadata", opened.metadata())
              .text("by", opened.by());
      case Event.Forked forked ->
          durable("session.forked")
              .text("from", forked.from())
              .number("from_seq", forked.at())
              .text("by", forked.by());
      case Event.Queued queued ->
          durable("run.queued")
              .text("agent", queued.agent())
              .payload("input", queued.input())
              .payload("metadata", queued.metadata())
              .text("by", queued.by());
      case Event.Asked asked ->
          durable("run.started")
              .text("agent", asked.pin().agent())
              .payload("input", asked.input())
              .payload("metadata", asked.metadata())
              .text("by", asked.by());
      case Event.Resumed resumed -> durable("run.resumed").number("epoch", resumed.epoch());
      case Event.Reopened reopened ->
          durable("run.resumed").text("by", reopened.by()).text("note", reopened.note());
      case Event.ModelAsked asked ->
          turn("model.started", asked.turn(), asked.attempt()).text("model", asked.model());
      case Event.Replied replied -> modelFinished(replied);
      case Event.ModelFailed failed -> turnReset(failed);
      case Event.Checked checked -> toolProposed(checked);
      case Event.ApprovalRequested requested ->
          call("approval.requested", requested.call(), requested.tool())
              .payload("args", requested.args())
              .text("digest", requested.digest())
              .text("reason", requested.reason())
              .time("expires_at", requested.expiresAt());
      case Event.Decided decided ->
          durable("approval.decided")
              .text("call", decided.call())
              .text("decision", decided.approved() ? "approve" : "deny")
              .text("note", decided.note())
              .text("by", decided.by())
              .flag("edited", decided.edited());
      case Event.Expired expired ->
          durable("approval.decided").text("call", expired.call()).text("decision", "expired");
      case Event.InputRequested requested ->
          call("input.requested", requested.call(), requested.tool())
              .text("question", requested.question())
              .payload("schema", requested.schema());
      case Event.InputAnswered answered ->
          call("input.answered", answered.call(), answered.tool())
              .payload("answer", answered.answer())
              .text("by", answered.by());
      case Event.CallStarted started ->
          call("tool.started", started.call(), started.tool())
              .number("attempt", started.attempt())
              .flag("eager", started.eager());
      case Event.CallReturned returned -> toolFinished(returned);
      case Event.CallAdopted adopted ->
          call("tool.finished", adopted.call(), adopted.tool())
              .text("status", "succeeded")
              .payload("result", adopted.result())
              .number("attempts", 0)
              .number("ms", 0)
              .text("adopted_from", adopted.from());
      case Event.OutcomeDecided decided -> outcomeDecided(decided);
      case Event.OutputChecked checked ->
          durable("output.checked")
              .number("turn", checked.turn())
              .flag("valid", checked.value() != null)
              .texts("problems", checked.problems());
      case Event.StateSet set ->
          durable("state.changed").payload("state", set.state()).text("by", set.by());
      case Event.FellBack fell -> fellBack(fell);
      case Event.Cancelled cancelled ->
          durable("run.cancelling")
              .text("reason", cancelled.reason().wire())
              .text("detail", cancelled.detail())
              .text("by", cancelled.by());
      case Event.Suspended suspended -> rest("run.suspended", suspended.stop());
      case Event.Stopped stopped -> rest("run.stopped", stopped.stop());
      case Event.Rewound rewound -> durable("log.rewound").number("lost_up_to", rewound.upTo());
      case Event.BudgetWarned warned -> budgetWarning(warned);
      case Event.Sealed _, Event.Ruled _, Event.BudgetRefused _, Event.DeadlinePassed _ -> null;
    };
  }

  private EventJson budgetWarning(Event.BudgetWarned warned) {
    var budget = warned.budget();
    var json =
        durable("budget.warning")
            .text("scope", budget.scope().wire())
            .text("id", budget.id())
            .text("period", budget.period().wire())
            .number("percent", warned.percent());
    return budget.unit() == Budget.Unit.USD
        ? json.text("used_usd", new Usd(warned.used()).toString())
            .text("limit_usd", new Usd(warned.limit()).toString())
        : json.number("used_tokens", warned.used()).number("limit_tokens", warned.limit());
  }

  private EventJson durable(String type) {
    return EventJson.durable(type, session, entry);
  }

  private EventJson turn(String type, int turn, int attempt) {
    return durable(type).number("turn", turn).number("attempt", attempt);
  }

  private EventJson call(String type, String call, String tool) {
    return durable(type).text("call", call).text("tool", tool);
  }

  private EventJson modelFinished(Event.Replied replied) {
    var reply = replied.reply();
    var json =
        turn("model.finished", replied.turn(), replied.attempt()).text("model", reply.model());
    if (reply.usage() == null) {
      json.text("usage", null);
    } else {
      usage(json, reply.usage());
    }
    json.text("cost_usd", replied.cost().toString()).text("finish", wire(reply.finish()));
    return replied.held() ? json : text(json, reply);
  }

  /** The whole text, for clients that came when it was being streamed or later. */
  private static EventJson text(EventJson json, Reply reply) {
    var texts = reply.parts().stream().filter(Part.Text.class::isInstance).toList();
    return switch (texts.size()) {
      case 0 -> json;
      case 1 -> json.payload("text", Part.text(texts));
      // Blobs hold single parts: a reference to the joined text would name none.
      default -> json.text("text", Part.text(texts));
    };
  }

  private EventJson turnReset(Event.ModelFailed failed) {
    var failure = failed.failure();
    var json = turn("turn.reset", failed.turn(), failed.attempt());
    json.object(
        "reason", () -> json.text("kind", wire(failure.kind())).text("message", failure.message()));
    return failed.again() == null ? json : json.number("retry_in_ms", failed.again().delayMs());
  }

  private EventJson toolProposed(Event.Checked checked) {
    var json =
        call("tool.proposed", checked.call(), checked.tool())
            .payload("args", checked.args())
            .number("wave", checked.wave());
    return checked.problem() == null ? json : json.text("problem", checked.problem());
  }

  private EventJson toolFinished(Event.CallReturned returned) {
    var json =
        call("tool.finished", returned.call(), returned.tool())
            .text("status", returned.outcome().wire())
            .payload("result", returned.result())
            .number("attempt", returned.attempt())
            .number("attempts", returned.tries())
            .number("ms", returned.ms());
    if (returned.failure() != null) {
      json.text("class", returned.failure().wire());
    }
    if (returned.cached()) {
      json.flag("cached", true);
    }
    return returned.late() ? json.flag("late", true) : json;
  }

  private EventJson outcomeDecided(Event.OutcomeDecided decided) {
    var json =
        durable("outcome.decided")
            .text("call", decided.call())
            .text("outcome", wire(decided.resolution()));
    if (decided.result() != null) {
      json.payload("result", decided.result());
    }
    return json.text("note", decided.note()).text("by", decided.by());
  }

  private EventJson rest(String type, Stop stop) {
    var json = durable(type);
    return json.object("stop", () -> stop(json, stop));
  }

  /** A stop as the API shows it, in events and answers. */
  public static Json json(Stop stop) {
    return stop(EventJson.value(), stop).json();
  }

  private static EventJson stop(EventJson json, Stop stop) {
    json.text("reason", stop.reason().wire())
        .text("detail", stop.detail())
        .flag("final", stop.terminal())
        .payload("output", stop.output())
        .number("steps", stop.steps())
        .number("tool_calls", stop.toolCalls());
    usage(json, stop.usage())
        .text("cost_usd", stop.cost().toString())
        .number("duration_ms", stop.durationMs())
        .text("next", stop.next());
    var used = stop.fallback();
    return used == null ? json : json.object("fallback", () -> used(json, used));
  }

  private EventJson fellBack(Event.FellBack fell) {
    var json = durable("run.fallback").text("from", fell.from());
    return used(json, fell.used()).text("detail", fell.detail());
  }

  /** A fixed answer is nobody's. */
  private static EventJson used(EventJson json, Fallback.Used used) {
    return (used.agent() == null
            ? json.flag("answer", true)
            : json.text("agent", used.agent()).text("model", used.model()))
        .text("after", used.after().wire());
  }

  private static EventJson usage(EventJson json, Usage usage) {
    return json.object(
        "usage",
        () ->
            json.number("input_tokens", usage.input())
                .number("output_tokens", usage.output())
                .number("cached_input_tokens", usage.cachedInput())
                .number("cache_write_tokens", usage.cacheWrites())
                .number("reasoning_tokens", usage.reasoning()));
  }

  private static String wire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A piece of a reply as it grows. */
  public static PublicEvent of(SessionId session, Delta delta) {
    return EventJson.passing(
            delta.reasoning() ? "reasoning.delta" : "text.delta", session, delta.run())
        .number("after", delta.after())
        .number("turn", delta.turn())
        .number("attempt", delta.attempt())
        .number("offset", delta.offset())
        .text("text", delta.text())
        .done();
  }

  /** All that an unfinished reply says so far; it takes the place of the deltas before it. */
  public static PublicEvent snapshot(SessionId session, Partial partial) {
    return EventJson.passing("message.snapshot", session, partial.run())
        .number("after", partial.after())
        .number("turn", partial.turn())
        .number("attempt", partial.attempt())
        .text("text", partial.text())
        .text("reasoning", partial.reasoning())
        .done();
  }

  /** The stream breaks off here; the client may come back and go on after that seq. */
  static PublicEvent error(SessionId session, long after, String message) {
    return EventJson.passing("stream.error", session, "")
        .number("after", after)
        .text("message", message)
        .done();
  }

  /** Nothing can be journaled at present: runs wait, and so do requests. */
  static PublicEvent degraded(SessionId session, long after) {
    return EventJson.passing("gateway.degraded", session, "")
        .number("after", after)
        .text("message", "The journal does not answer. Runs wait, and go on when it is back.")
        .done();
  }

  static PublicEvent recovered(SessionId session, long after) {
    return EventJson.passing("gateway.recovered", session, "").number("after", after).done();
  }
}
