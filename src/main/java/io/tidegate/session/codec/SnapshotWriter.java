package io.tidegate.session.codec;

import io.tidegate.conversation.Message;
import io.tidegate.conversation.ToolResult;
import io.tidegate.loop.BadAnswers;
import io.tidegate.loop.Call;
import io.tidegate.loop.Event;
import io.tidegate.loop.Failures;
import io.tidegate.loop.Memento;
import io.tidegate.loop.Repetition;
import io.tidegate.loop.RunState.Waiting;
import io.tidegate.loop.Turn;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes what a state is made of. What follows from the rest is left out: plans and contracts. */
final class SnapshotWriter {
  private final EventWriter events =
      new EventWriter(
          pin -> {
            throw new IllegalStateException("no event within a state has a pin");
          });

  void write(Memento state, JsonOut out) throws IOException {
    out.number("head", state.head()).number("at", state.at());
    if (state.tag() != 0) {
      out.number("tag", state.tag());
    }
    out.text("agent", state.agent())
        .json("data", state.data())
        .objects("queue", state.queue(), this::waiting)
        .number("rewinds", state.rewinds())
        .object("run", state.run(), this::run)
        .objects("transcript", state.transcript(), SnapshotWriter::message);
  }

  private void waiting(Waiting waiting, JsonOut out) throws IOException {
    out.text("run", waiting.run())
        .object("queued", waiting.queued(), this::event)
        .number("since", waiting.since());
  }

  private void event(Event event, JsonOut out) throws IOException {
    events.write(event, out.text("t", EventType.of(event)));
  }

  private void event(String name, @Nullable Event event, JsonOut out) throws IOException {
    if (event != null) {
      out.object(name, event, this::event);
    }
  }

  private void run(Memento.Run run, JsonOut out) throws IOException {
    out.word("phase", run.phase()).text("id", run.id());
    if (run.pin() != null) {
      out.object("pin", run.pin(), PinFormat::write);
    }
    out.text("principal", run.principal()).text("input", run.input());
    EventWriter.trace(run.trace(), out);
    out.object("turn", run.turn(), this::turn)
        .object("figures", run.figures(), SnapshotWriter::figures)
        .flag("tool_calls_refused", run.toolCallsRefused())
        .flag("tool_calls_used_up", run.toolCallsUsedUp())
        .object("repetition", run.repetition(), SnapshotWriter::repetition)
        .object("failures", run.failures(), SnapshotWriter::failures)
        .objects("bad_answers", run.badAnswers().tallies(), SnapshotWriter::tally)
        .object("spending", run.spending(), BudgetFormat::write)
        .number("output_tries", run.outputTries());
    if (run.fellBack() != null) {
      out.object("fell_back", run.fellBack(), EventWriter::used);
    }
    if (run.cutBy() != null) {
      out.word("cut_by", run.cutBy());
    }
    event("output", run.output(), out);
    event("ending", run.ending(), out);
    if (run.stop() != null) {
      out.object("stop", run.stop(), EventWriter::stop);
    }
  }

  private static void figures(Memento.Figures figures, JsonOut out) throws IOException {
    out.number("steps", figures.steps())
        .number("tool_calls", figures.toolCalls())
        .number("ordinals", figures.ordinals())
        .object("usage", figures.usage(), EventWriter::usage)
        .number("cost_nanos", figures.cost().nanos())
        .number("active_ms", figures.activeMs())
        .number("active_since", figures.activeSince());
  }

  private static void repetition(Repetition repetition, JsonOut out) throws IOException {
    out.texts("recent", repetition.recent()).flag("told", repetition.told());
  }

  private static void failures(Failures failures, JsonOut out) throws IOException {
    out.number("in_row", failures.inRow())
        .objects("last", failures.last(), SnapshotWriter::failure)
        .flag("critical", failures.critical());
  }

  private static void tally(BadAnswers.Tally tally, JsonOut out) throws IOException {
    out.text("tool", tally.tool())
        .text("recent", tally.recent())
        .flag("disabled", tally.disabled());
  }

  private static void failure(Failures.Failure failure, JsonOut out) throws IOException {
    out.text("call", failure.call())
        .text("tool", failure.tool())
        .word("outcome", failure.outcome())
        .text("told", failure.told());
  }

  private void turn(Turn turn, JsonOut out) throws IOException {
    out.number("number", turn.number())
        .number("attempt", turn.attempt())
        .number("target", turn.target())
        .number("tries", turn.tries())
        .number("delay_ms", turn.delayMs())
        .word("stage", turn.stage());
    if (turn.reply() != null) {
      out.object("reply", turn.reply(), EventWriter::reply);
    }
    if (turn.failure() != null) {
      out.object("failure", turn.failure(), EventWriter::failure);
    }
    out.objects("calls", turn.calls(), this::call)
        .flag("planned", turn.plan() != null)
        .objects("voided", turn.voided(), this::call);
  }

  private void call(Call call, JsonOut out) throws IOException {
    out.object("call", call.call(), EventWriter::call)
        .flag("contract", call.contract() != null)
        .flag("over_limit", call.overLimit())
        .word("status", call.status())
        .number("attempt", call.attempt())
        .number("started_at", call.startedAt())
        .flag("eager", call.eager())
        .number("asked_at", call.askedAt() == 0 ? null : (Long) call.askedAt())
        .json("result", call.result());
    event("checked", call.checked(), out);
    event("ruled", call.ruled(), out);
    event("approval", call.approval(), out);
    event("input", call.input(), out);
    event("settled", call.settled(), out);
  }

  private static void message(Message message, JsonOut out) throws IOException {
    switch (message) {
      case Message.User(var text) -> out.text("by", "user").text("text", text);
      case Message.Assistant(var parts) ->
          out.text("by", "assistant").objects("parts", parts, EventWriter::part);
      case Message.Results(var results) ->
          out.text("by", "tools").objects("results", results, SnapshotWriter::result);
    }
  }

  private static void result(ToolResult result, JsonOut out) throws IOException {
    out.text("call", result.call()).flag("error", result.error()).json("content", result.content());
  }
}
