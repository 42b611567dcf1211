package io.tidegate.session.codec;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.BadAnswers;
import io.tidegate.loop.Call;
import io.tidegate.loop.Event;
import io.tidegate.loop.Failures;
import io.tidegate.loop.Memento;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Repetition;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.RunState.Waiting;
import io.tidegate.loop.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link SnapshotWriter} wrote. */
final class SnapshotReader {
  private final EntryCodec codec;

  SnapshotReader(EntryCodec codec) {
    this.codec = codec;
  }

  Memento read(Fields in) {
    var tag = in.integerOrNull("tag");
    return new Memento(
        in.number("head"),
        in.number("at"),
        tag == null ? 0 : tag,
        in.text("agent"),
        in.objects("transcript").stream().map(SnapshotReader::message).toList(),
        in.json("data"),
        in.objects("queue").stream().map(SnapshotReader::waiting).toList(),
        in.integer("rewinds"),
        run(in.object("run")));
  }

  private static Waiting waiting(Fields in) {
    return new Waiting(
        in.text("run"), event(in.object("queued"), Event.Queued.class), in.number("since"));
  }

  private static <E extends Event> E event(Fields in, Class<E> type) {
    var event = EventReader.read(in.text("t"), in);
    if (!type.isInstance(event)) {
      throw FormatException.broken(in.where(), "an event of another type stands there");
    }
    return type.cast(event);
  }

  private static <E extends Event> @Nullable E eventOrNull(Fields in, String name, Class<E> type) {
    var event = in.objectOrNull(name);
    return event == null ? null : event(event, type);
  }

  private Memento.Run run(Fields in) {
    var pin = pin(in.objectOrNull("pin"));
    var stop = in.objectOrNull("stop");
    return new Memento.Run(
        in.word("phase", Phase.class),
        in.text("id"),
        pin,
        in.text("principal"),
        in.text("input"),
        EventReader.trace(in),
        turn(in.object("turn"), pin),
        figures(in.object("figures")),
        in.flag("tool_calls_refused"),
        in.flag("tool_calls_used_up"),
        repetition(in.object("repetition")),
        failures(in.object("failures")),
        badAnswers(in),
        EventReader.usedOrNull(in.objectOrNull("fell_back")),
        BudgetFormat.spending(in.object("spending")),
        in.textOrNull("cut_by") == null ? null : in.word("cut_by", Finish.class),
        in.integer("output_tries"),
        eventOrNull(in, "output", Event.OutputChecked.class),
        eventOrNull(in, "ending", Event.class),
        stop == null ? null : EventReader.stop(stop));
  }

  private @Nullable Pin pin(@Nullable Fields in) {
    return in == null ? null : codec.shared(PinFormat.read(in));
  }

  private static Memento.Figures figures(Fields in) {
    return new Memento.Figures(
        in.integer("steps"),
        in.integer("tool_calls"),
        in.integer("ordinals"),
        EventReader.usage(in.object("usage")),
        new Usd(in.number("cost_nanos")),
        in.number("active_ms"),
        in.number("active_since"));
  }

  private static Repetition repetition(Fields in) {
    return new Repetition(in.texts("recent"), in.flag("told"));
  }

  private static Failures failures(Fields in) {
    return new Failures(
        in.integer("in_row"),
        in.objects("last").stream().map(SnapshotReader::failure).toList(),
        in.flag("critical"));
  }

  private static BadAnswers badAnswers(Fields in) {
    return new BadAnswers(
        in.objects("bad_answers").stream()
            .map(
                tally ->
                    new BadAnswers.Tally(
                        tally.text("tool"), tally.text("recent"), tally.flag("disabled")))
            .toList());
  }

  private static Failures.Failure failure(Fields in) {
    return new Failures.Failure(
        in.text("call"), in.text("tool"), in.word("outcome", Outcome.class), in.text("told"));
  }

  private static Turn turn(Fields in, @Nullable Pin pin) {
    var reply = in.objectOrNull("reply");
    var failure = in.objectOrNull("failure");
    var calls = calls(in, "calls", pin);
    return new Turn(
        in.integer("number"),
        in.integer("attempt"),
        in.integer("target"),
        in.integer("tries"),
        in.number("delay_ms"),
        in.word("stage", Turn.Stage.class),
        reply == null ? null : EventReader.reply(reply),
        failure == null ? null : EventReader.failure(failure),
        calls,
        in.flag("planned") ? Turn.plan(calls) : null,
        calls(in, "voided", pin));
  }

  private static List<Call> calls(Fields in, String name, @Nullable Pin pin) {
    return in.objects(name).stream().map(call -> call(call, pin)).toList();
  }

  private static Call call(Fields in, @Nullable Pin pin) {
    var asked = EventReader.call(in.object("call"));
    return new Call(
        asked,
        in.flag("contract") ? contract(asked.tool(), pin, in) : null,
        in.flag("over_limit"),
        in.word("status", Call.Status.class),
        eventOrNull(in, "checked", Event.Checked.class),
        eventOrNull(in, "ruled", Event.Ruled.class),
        in.integer("attempt"),
        in.number("started_at"),
        in.flag("eager"),
        in.numberOrNull("asked_at") == null ? 0 : in.number("asked_at"),
        eventOrNull(in, "approval", Event.ApprovalRequested.class),
        eventOrNull(in, "input", Event.InputRequested.class),
        eventOrNull(in, "settled", Event.OutcomeDecided.class),
        in.jsonOrNull("result"));
  }

  private static Contract contract(String tool, @Nullable Pin pin, Fields in) {
    if (pin == null) {
      throw FormatException.broken(in.where(), "it has calls, but no pin");
    }
    return pin.contract(tool)
        .orElseThrow(
            () -> FormatException.broken(in.where(), "its pin has no tool '" + tool + "'"));
  }

  private static Message message(Fields in) {
    var by = in.text("by");
    return switch (by) {
      case "user" -> new Message.User(in.text("text"));
      case "assistant" ->
          new Message.Assistant(in.objects("parts").stream().map(EventReader::part).toList());
      case "tools" ->
          new Message.Results(in.objects("results").stream().map(SnapshotReader::result).toList());
      default -> throw FormatException.newer(in.where(), "message by '" + by + "'");
    };
  }

  private static ToolResult result(Fields in) {
    return new ToolResult(in.text("call"), in.flag("error"), in.json("content"));
  }
}
