package io.tidegate.session.codec;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Trace;
import org.jspecify.annotations.Nullable;

/** Reads what {@link EventWriter} wrote, in this version or an older one. */
final class EventReader {
  private EventReader() {}

  static Event read(String type, Fields in) {
    return switch (type) {
      case EventType.OPENED -> opened(in);
      case EventType.FORKED ->
          new Event.Forked(in.text("from"), in.number("from_seq"), in.text("by"));
      case EventType.QUEUED -> queued(in);
      case EventType.ASKED ->
          new Event.Asked(
              in.pin("pin"),
              in.text("input"),
              in.json("metadata"),
              in.text("by"),
              hook(in),
              trace(in));
      case EventType.MODEL_ASKED ->
          new Event.ModelAsked(
              in.integer("turn"),
              in.integer("attempt"),
              in.integer("target"),
              in.text("model"),
              BudgetFormat.estimateOrNull(in.objectOrNull("estimate")));
      case EventType.SEALED ->
          new Event.Sealed(in.integer("turn"), in.integer("attempt"), call(in.object("call")));
      case EventType.REPLIED -> replied(in);
      case EventType.MODEL_FAILED -> modelFailed(in);
      case EventType.CHECKED -> checked(in);
      case EventType.RULED ->
          new Event.Ruled(
              in.text("call"),
              in.word("verdict", Verdict.class),
              in.text("reason"),
              in.numberOrNull("expires_ms"),
              in.textsOrNone("approvers"),
              in.textsOrNone("guards"));
      case EventType.APPROVAL_REQUESTED -> approvalRequested(in);
      case EventType.DECIDED ->
          new Event.Decided(
              in.text("call"),
              in.flag("approved"),
              in.flag("edited"),
              in.text("note"),
              in.text("by"));
      case EventType.EXPIRED -> new Event.Expired(in.text("call"));
      case EventType.INPUT_REQUESTED ->
          new Event.InputRequested(
              in.text("call"), in.text("tool"), in.text("question"), in.jsonOrNull("schema"));
      case EventType.INPUT_ANSWERED ->
          new Event.InputAnswered(
              in.text("call"), in.text("tool"), in.json("answer"), in.text("by"));
      case EventType.CALL_STARTED ->
          new Event.CallStarted(
              in.text("call"), in.text("tool"), in.integer("attempt"), in.flag("eager"));
      case EventType.CALL_RETURNED -> returned(in);
      case EventType.CALL_ADOPTED ->
          new Event.CallAdopted(
              in.text("call"), in.text("tool"), in.text("from"), in.json("result"));
      case EventType.OUTCOME_DECIDED -> outcomeDecided(in);
      case EventType.OUTPUT_CHECKED ->
          new Event.OutputChecked(in.integer("turn"), in.jsonOrNull("value"), in.texts("problems"));
      case EventType.BUDGET_REFUSED -> BudgetFormat.refused(in);
      case EventType.BUDGET_WARNED -> BudgetFormat.warned(in);
      case EventType.CANCELLED ->
          new Event.Cancelled(
              in.word("reason", StopReason.class), in.text("detail"), in.text("by"));
      case EventType.DEADLINE_PASSED -> new Event.DeadlinePassed();
      case EventType.REWOUND -> rewound(in);
      case EventType.RESUMED -> new Event.Resumed(in.number("epoch"));
      case EventType.REOPENED ->
          new Event.Reopened(change(in.object("limits")), in.text("note"), in.text("by"));
      case EventType.FELL_BACK ->
          new Event.FellBack(in.text("from"), used(in.object("used")), in.text("detail"));
      case EventType.STATE_SET -> new Event.StateSet(in.json("state"), in.text("by"));
      case EventType.SUSPENDED -> new Event.Suspended(stop(in.object("stop")));
      case EventType.STOPPED -> new Event.Stopped(stop(in.object("stop")));
      default -> throw FormatException.newer(in.where(), "event type '" + type + "'");
    };
  }

  private static Event opened(Fields in) {
    return new Event.Opened(in.text("agent"), in.json("state"), in.json("metadata"), in.text("by"));
  }

  private static Event queued(Fields in) {
    return new Event.Queued(
        in.text("agent"),
        in.text("input"),
        change(in.object("limits")),
        in.json("metadata"),
        in.flag("ahead"),
        in.text("by"),
        hook(in),
        trace(in));
  }

  static @Nullable Trace trace(Fields within) {
    var in = within.objectOrNull("trace");
    return in == null
        ? null
        : new Trace(
            in.text("id"),
            in.text("span"),
            in.flag("sampled"),
            in.text("vendors"),
            in.textOrNull("parent"),
            in.number("since"));
  }

  private static Event.@Nullable Hook hook(Fields in) {
    var hook = in.objectOrNull("hook");
    return hook == null ? null : new Event.Hook(hook.text("url"), hook.texts("events"));
  }

  private static Event replied(Fields in) {
    return new Event.Replied(
        in.integer("turn"),
        in.integer("attempt"),
        reply(in.object("reply")),
        new Usd(in.number("cost_nanos")),
        in.flagOrFalse("held"),
        read(in.objectOrNull("read")));
  }

  private static Event.@Nullable Read read(@Nullable Fields in) {
    return in == null ? null : new Event.Read(in.integer("target"), in.number("input"));
  }

  private static Event modelFailed(Fields in) {
    var again = in.objectOrNull("again");
    return new Event.ModelFailed(
        in.integer("turn"),
        in.integer("attempt"),
        failure(in.object("failure")),
        again == null ? null : new Event.Again(again.integer("target"), again.number("delay_ms")),
        in.flagOrFalse("free"));
  }

  private static Event checked(Fields in) {
    return new Event.Checked(
        in.text("call"),
        in.text("tool"),
        in.jsonOrNull("args"),
        in.text("digest"),
        in.texts("exclusive"),
        in.texts("touches"),
        in.integer("wave"),
        in.textOrNull("problem"));
  }

  private static Event approvalRequested(Fields in) {
    return new Event.ApprovalRequested(
        in.text("call"),
        in.text("tool"),
        in.json("args"),
        in.text("digest"),
        in.text("reason"),
        in.numberOrNull("expires_at"));
  }

  private static Event returned(Fields in) {
    return new Event.CallReturned(
        in.text("call"),
        in.text("tool"),
        in.integer("attempt"),
        in.word("outcome", Outcome.class),
        in.json("result"),
        in.integer("tries"),
        in.number("ms"),
        in.flag("late"),
        in.wordOrNull("failure", FailureClass.class),
        in.flagOrFalse("cached"));
  }

  private static Event rewound(Fields in) {
    var from = in.numberOrNull("from");
    return new Event.Rewound(in.number("up_to"), from == null ? 0 : from);
  }

  private static Event outcomeDecided(Fields in) {
    return new Event.OutcomeDecided(
        in.text("call"),
        in.word("resolution", Event.Resolution.class),
        in.jsonOrNull("result"),
        in.text("note"),
        in.text("by"));
  }

  static ToolCall call(Fields in) {
    return new ToolCall(in.text("id"), in.text("wire_id"), in.text("tool"), in.text("arguments"));
  }

  static Reply reply(Fields in) {
    var usage = in.objectOrNull("usage");
    return new Reply(
        in.objects("parts").stream().map(EventReader::part).toList(),
        in.word("finish", Finish.class),
        usage == null ? null : usage(usage),
        in.text("model"));
  }

  static Part part(Fields in) {
    var kind = in.text("kind");
    return switch (kind) {
      case "text" -> new Part.Text(in.text("text"));
      case "reasoning" ->
          new Part.Reasoning(in.text("text"), in.text("protocol"), in.json("opaque"));
      case "call" -> new Part.Call(call(in));
      default -> throw FormatException.newer(in.where(), "reply part '" + kind + "'");
    };
  }

  static Usage usage(Fields in) {
    return new Usage(
        in.number("input"),
        in.number("cached_input"),
        in.number("cache_writes"),
        in.number("output"),
        in.number("reasoning"));
  }

  static ModelFailure failure(Fields in) {
    return new ModelFailure(
        in.word("kind", ModelFailure.Kind.class),
        in.text("message"),
        in.numberOrNull("retry_after_ms"));
  }

  private static Limits.Change change(Fields in) {
    return new Limits.Change(
        in.integerOrNull("steps"),
        in.integerOrNull("tool_calls"),
        in.integerOrNull("parallel"),
        in.usdOrNull("cost_nanos"),
        in.numberOrNull("tokens"),
        in.numberOrNull("deadline_ms"),
        in.integerOrNull("repeats"),
        in.integerOrNull("tool_failures"));
  }

  static Stop stop(Fields in) {
    return new Stop(
        in.word("reason", StopReason.class),
        in.text("detail"),
        in.flag("final"),
        in.jsonOrNull("output"),
        in.integer("steps"),
        in.integer("tool_calls"),
        usage(in.object("usage")),
        new Usd(in.number("cost_nanos")),
        in.number("duration_ms"),
        in.text("next"),
        usedOrNull(in.objectOrNull("fallback")));
  }

  static Fallback.@Nullable Used usedOrNull(@Nullable Fields in) {
    return in == null ? null : used(in);
  }

  private static Fallback.Used used(Fields in) {
    return new Fallback.Used(
        in.textOrNull("agent"), in.textOrNull("model"), in.word("after", StopReason.class));
  }
}
