package io.tidegate.session.codec;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Event;
import io.tidegate.loop.Event.ApprovalRequested;
import io.tidegate.loop.Event.Asked;
import io.tidegate.loop.Event.CallAdopted;
import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.Event.CallStarted;
import io.tidegate.loop.Event.Cancelled;
import io.tidegate.loop.Event.Checked;
import io.tidegate.loop.Event.DeadlinePassed;
import io.tidegate.loop.Event.Decided;
import io.tidegate.loop.Event.Expired;
import io.tidegate.loop.Event.Forked;
import io.tidegate.loop.Event.Hook;
import io.tidegate.loop.Event.ModelAsked;
import io.tidegate.loop.Event.ModelFailed;
import io.tidegate.loop.Event.Opened;
import io.tidegate.loop.Event.OutcomeDecided;
import io.tidegate.loop.Event.OutputChecked;
import io.tidegate.loop.Event.Queued;
import io.tidegate.loop.Event.Reopened;
import io.tidegate.loop.Event.Replied;
import io.tidegate.loop.Event.Resumed;
import io.tidegate.loop.Event.Ruled;
import io.tidegate.loop.Event.Sealed;
import io.tidegate.loop.Event.StateSet;
import io.tidegate.loop.Event.Stopped;
import io.tidegate.loop.Event.Suspended;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Stop;
import io.tidegate.loop.Trace;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what is in an event. */
final class EventWriter {
  private final Function<Pin, Blob> pins;

  EventWriter(Function<Pin, Blob> pins) {
    this.pins = pins;
  }

  void write(Event event, JsonOut out) throws IOException {
    switch (event) {
      case Opened e -> opened(e, out);
      case Forked e -> out.text("from", e.from()).number("from_seq", e.at()).text("by", e.by());
      case Queued e -> queued(e, out);
      case Asked e -> asked(e, out);
      case ModelAsked e -> modelAsked(e, out);
      case Sealed e ->
          attempt(e.turn(), e.attempt(), out).object("call", e.call(), EventWriter::call);
      case Replied e -> replied(e, out);
      case ModelFailed e -> modelFailed(e, out);
      case Checked e -> checked(e, out);
      case Ruled e -> ruled(e, out);
      case ApprovalRequested e -> approvalRequested(e, out);
      case Decided e -> decided(e, out);
      case Expired e -> out.text("call", e.call());
      case Event.InputRequested e ->
          out.text("call", e.call())
              .text("tool", e.tool())
              .text("question", e.question())
              .json("schema", e.schema());
      case Event.InputAnswered e ->
          out.text("call", e.call())
              .text("tool", e.tool())
              .json("answer", e.answer())
              .text("by", e.by());
      case CallStarted e -> started(e, out);
      case CallReturned e -> returned(e, out);
      case CallAdopted e -> adopted(e, out);
      case OutcomeDecided e -> outcomeDecided(e, out);
      case OutputChecked e -> outputChecked(e, out);
      case Event.BudgetRefused e -> BudgetFormat.write(e, out);
      case Event.BudgetWarned e -> BudgetFormat.write(e, out);
      case Cancelled e ->
          out.word("reason", e.reason()).text("detail", e.detail()).text("by", e.by());
      case DeadlinePassed() -> {}
      case Resumed e -> out.number("epoch", e.epoch());
      case Reopened e -> reopened(e, out);
      case Event.FellBack e ->
          out.text("from", e.from())
              .object("used", e.used(), EventWriter::used)
              .text("detail", e.detail());
      case StateSet e -> out.json("state", e.state()).text("by", e.by());
      case Event.Rewound e -> rewound(e, out);
      case Suspended e -> out.object("stop", e.stop(), EventWriter::stop);
      case Stopped e -> out.object("stop", e.stop(), EventWriter::stop);
    }
  }

  private static void rewound(Event.Rewound e, JsonOut out) throws IOException {
    out.number("up_to", e.upTo());
    if (e.from() != 0) {
      out.number("from", e.from());
    }
  }

  private static void opened(Opened e, JsonOut out) throws IOException {
    out.text("agent", e.agent())
        .json("state", e.state())
        .json("metadata", e.metadata())
        .text("by", e.by());
  }

  private static void queued(Queued e, JsonOut out) throws IOException {
    out.text("agent", e.agent())
        .text("input", e.input())
        .object("limits", e.limits(), EventWriter::change)
        .json("metadata", e.metadata())
        .flag("ahead", e.ahead())
        .text("by", e.by());
    hook(e.hook(), out);
    trace(e.trace(), out);
  }

  private void asked(Asked e, JsonOut out) throws IOException {
    out.blob("pin", pins.apply(e.pin()))
        .text("input", e.input())
        .json("metadata", e.metadata())
        .text("by", e.by());
    hook(e.hook(), out);
    trace(e.trace(), out);
  }

  static void trace(@Nullable Trace trace, JsonOut out) throws IOException {
    if (trace != null) {
      out.object("trace", trace, EventWriter::traceFields);
    }
  }

  private static void traceFields(Trace trace, JsonOut out) throws IOException {
    out.text("id", trace.id())
        .text("span", trace.span())
        .flag("sampled", trace.sampled())
        .text("vendors", trace.vendors())
        .text("parent", trace.parent())
        .number("since", trace.since());
  }

  private static void hook(@Nullable Hook hook, JsonOut out) throws IOException {
    if (hook != null) {
      out.object(
          "hook", hook, (said, to) -> to.text("url", said.url()).texts("events", said.events()));
    }
  }

  private static void modelAsked(ModelAsked e, JsonOut out) throws IOException {
    attempt(e.turn(), e.attempt(), out).number("target", e.target()).text("model", e.model());
    if (e.estimate() != null) {
      out.object("estimate", e.estimate(), BudgetFormat::write);
    }
  }

  private static void replied(Replied e, JsonOut out) throws IOException {
    attempt(e.turn(), e.attempt(), out)
        .object("reply", e.reply(), EventWriter::reply)
        .number("cost_nanos", e.cost().nanos());
    if (e.held()) {
      out.flag("held", true);
    }
    if (e.read() != null) {
      out.object("read", e.read(), EventWriter::read);
    }
  }

  private static void read(Event.Read read, JsonOut out) throws IOException {
    out.number("target", read.target()).number("input", read.input());
  }

  private static void modelFailed(ModelFailed e, JsonOut out) throws IOException {
    attempt(e.turn(), e.attempt(), out).object("failure", e.failure(), EventWriter::failure);
    if (e.again() != null) {
      out.object("again", e.again(), EventWriter::again);
    }
    if (e.free()) {
      out.flag("free", true);
    }
  }

  private static void checked(Checked e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .text("tool", e.tool())
        .json("args", e.args())
        .text("digest", e.digest())
        .texts("exclusive", e.exclusive())
        .texts("touches", e.touches())
        .number("wave", e.wave())
        .text("problem", e.problem());
  }

  private static void ruled(Ruled e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .word("verdict", e.verdict())
        .text("reason", e.reason())
        .number("expires_ms", e.expiresMs());
    if (!e.approvers().isEmpty()) {
      out.texts("approvers", e.approvers());
    }
    if (!e.guards().isEmpty()) {
      out.texts("guards", e.guards());
    }
  }

  private static void approvalRequested(ApprovalRequested e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .text("tool", e.tool())
        .json("args", e.args())
        .text("digest", e.digest())
        .text("reason", e.reason())
        .number("expires_at", e.expiresAt());
  }

  private static void decided(Decided e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .flag("approved", e.approved())
        .flag("edited", e.edited())
        .text("note", e.note())
        .text("by", e.by());
  }

  private static void started(CallStarted e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .text("tool", e.tool())
        .number("attempt", e.attempt())
        .flag("eager", e.eager());
  }

  private static void returned(CallReturned e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .text("tool", e.tool())
        .number("attempt", e.attempt())
        .word("outcome", e.outcome())
        .json("result", e.result())
        .number("tries", e.tries())
        .number("ms", e.ms())
        .flag("late", e.late());
    if (e.failure() != null) {
      out.word("failure", e.failure());
    }
    if (e.cached()) {
      out.flag("cached", true);
    }
  }

  private static void adopted(CallAdopted e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .text("tool", e.tool())
        .text("from", e.from())
        .json("result", e.result());
  }

  private static void outcomeDecided(OutcomeDecided e, JsonOut out) throws IOException {
    out.text("call", e.call())
        .word("resolution", e.resolution())
        .json("result", e.result())
        .text("note", e.note())
        .text("by", e.by());
  }

  private static void outputChecked(OutputChecked e, JsonOut out) throws IOException {
    out.number("turn", e.turn()).json("value", e.value()).texts("problems", e.problems());
  }

  private static void reopened(Reopened e, JsonOut out) throws IOException {
    out.object("limits", e.limits(), EventWriter::change).text("note", e.note()).text("by", e.by());
  }

  private static JsonOut attempt(int turn, int attempt, JsonOut out) throws IOException {
    return out.number("turn", turn).number("attempt", attempt);
  }

  static void call(ToolCall call, JsonOut out) throws IOException {
    out.text("id", call.id())
        .text("wire_id", call.wireId())
        .text("tool", call.tool())
        .text("arguments", call.arguments());
  }

  static void reply(Reply reply, JsonOut out) throws IOException {
    out.objects("parts", reply.parts(), EventWriter::part).word("finish", reply.finish());
    if (reply.usage() != null) {
      out.object("usage", reply.usage(), EventWriter::usage);
    }
    out.text("model", reply.model());
  }

  static void part(Part part, JsonOut out) throws IOException {
    switch (part) {
      case Part.Text(var text) -> out.text("kind", "text").text("text", text);
      case Part.Reasoning(var text, var protocol, var opaque) ->
          out.text("kind", "reasoning")
              .text("text", text)
              .text("protocol", protocol)
              .json("opaque", opaque);
      case Part.Call(var call) -> call(call, out.text("kind", "call"));
    }
  }

  static void usage(Usage usage, JsonOut out) throws IOException {
    out.number("input", usage.input())
        .number("cached_input", usage.cachedInput())
        .number("cache_writes", usage.cacheWrites())
        .number("output", usage.output())
        .number("reasoning", usage.reasoning());
  }

  static void failure(ModelFailure failure, JsonOut out) throws IOException {
    out.word("kind", failure.kind())
        .text("message", failure.message())
        .number("retry_after_ms", failure.retryAfterMs());
  }

  private static void again(Event.Again again, JsonOut out) throws IOException {
    out.number("target", again.target()).number("delay_ms", again.delayMs());
  }

  private static void change(Limits.Change change, JsonOut out) throws IOException {
    out.number("steps", change.steps())
        .number("tool_calls", change.toolCalls())
        .number("parallel", change.parallel())
        .number("cost_nanos", change.cost() == null ? null : change.cost().nanos())
        .number("tokens", change.tokens())
        .number("deadline_ms", change.deadlineMs())
        .number("repeats", change.repeats())
        .number("tool_failures", change.toolFailures());
  }

  static void stop(Stop stop, JsonOut out) throws IOException {
    out.word("reason", stop.reason())
        .text("detail", stop.detail())
        .flag("final", stop.terminal())
        .json("output", stop.output())
        .number("steps", stop.steps())
        .number("tool_calls", stop.toolCalls())
        .object("usage", stop.usage(), EventWriter::usage)
        .number("cost_nanos", stop.cost().nanos())
        .number("duration_ms", stop.durationMs())
        .text("next", stop.next());
    if (stop.fallback() != null) {
      out.object("fallback", stop.fallback(), EventWriter::used);
    }
  }

  static void used(Fallback.Used used, JsonOut out) throws IOException {
    out.text("agent", used.agent()).text("model", used.model()).word("after", used.after());
  }
}
