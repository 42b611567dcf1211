package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Call;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.Sessions;
import io.tidegate.run.Toolbox.Invocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;

/** The calls of a session that wait for people, with all that a person needs to decide. */
final class InboxView {
  /** Characters of a text that are shown. */
  private static final int MOST_TEXT = 500;

  /** Earlier calls of the run that are shown, the newest last. */
  private static final int MOST_CALLS = 10;

  private InboxView() {}

  static List<ObjectNode> items(Sessions.View view) {
    return view.state().calls().stream()
        .filter(Call::waitsForPerson)
        .map(call -> item(view, call))
        .toList();
  }

  /** What is asked about a call. */
  private enum Kind {
    APPROVAL,
    INPUT,
    OUTCOME
  }

  private static Kind kind(Call call) {
    return switch (call.status()) {
      case AWAITING_INPUT -> Kind.INPUT;
      case UNKNOWN -> Kind.OUTCOME;
      default -> Kind.APPROVAL;
    };
  }

  private static ObjectNode item(Sessions.View view, Call call) {
    var json =
        Wire.object()
            .put("kind", kind(call).name().toLowerCase(Locale.ROOT))
            .put("session", view.record().id().id())
            .put("run", view.state().run())
            .put("agent", view.record().agent())
            .put("call", call.id())
            .put("tool", call.tool());
    Wire.put(json, "args", call.args());
    switch (kind(call)) {
      case INPUT -> question(json, call);
      case APPROVAL -> approval(json, call);
      case OUTCOME -> outcome(json, view, call);
    }
    progress(json, view.state(), call);
    return json;
  }

  private static void question(ObjectNode json, Call call) {
    var asked = call.input();
    if (asked != null) {
      json.put("question", asked.question());
      if (asked.schema() != null) {
        Wire.put(json, "schema", asked.schema());
      }
    }
  }

  private static void approval(ObjectNode json, Call call) {
    var asked = call.approval();
    if (asked == null) {
      return;
    }
    json.put("digest", asked.digest()).put("reason", asked.reason());
    json.put("expires_at", asked.expiresAt() == null ? null : Views.time(asked.expiresAt()));
    var approvers = json.putArray("approvers");
    var guards = json.putArray("guards");
    if (call.ruled() != null) {
      call.ruled().approvers().forEach(approvers::add);
      call.ruled().guards().forEach(guards::add);
    }
    choices(json, Decision.Kind.values());
  }

  /** What was sent, so that a person finds it in the books of whoever got it. */
  private static void outcome(ObjectNode json, Sessions.View view, Call call) {
    json.put("reason", "Nobody knows whether this call took effect.")
        .put("attempt", call.attempt())
        .put("sent_at", Views.time(call.startedAt()))
        .put(
            "idempotency_key",
            Invocation.idempotencyKey(view.record().id(), view.state().run(), call));
    choices(json, Event.Resolution.values());
  }

  private static void choices(ObjectNode json, Enum<?>[] all) {
    var array = json.putArray("choices");
    for (var one : all) {
      array.add(one.name().toLowerCase(Locale.ROOT));
    }
  }

  /** What the run did so far. */
  private static void progress(ObjectNode json, RunState state, Call call) {
    json.put("principal", state.principal())
        .put("input", shortened(state.input()))
        .put("said", shortened(lastWords(state)))
        .put("steps", state.steps())
        .put("tool_calls", state.toolCalls())
        .put("cost_usd", state.cost().toString());
    earlierCalls(json.putArray("calls"), state, call);
  }

  /** What the model said last in this run. */
  private static String lastWords(RunState state) {
    for (var message : state.transcript().reversed()) {
      if (message instanceof Message.Assistant(var parts) && !Part.text(parts).isBlank()) {
        return Part.text(parts);
      }
      if (message instanceof Message.User(var text) && text.equals(state.input())) {
        return "";
      }
    }
    return "";
  }

  private static void earlierCalls(ArrayNode array, RunState state, Call shown) {
    var statuses = new HashMap<String, String>();
    var calls = new ArrayList<ToolCall>();
    for (var message : state.transcript()) {
      switch (message) {
        case Message.Assistant said -> calls.addAll(said.calls());
        case Message.Results told ->
            told.results()
                .forEach(
                    result -> statuses.put(result.call(), result.error() ? "failed" : "succeeded"));
        case Message.User _ -> {}
      }
    }
    state.calls().forEach(call -> statuses.put(call.id(), Views.wire(call.status())));
    var others =
        calls.stream()
            .filter(call -> call.isOf(state.run()) && !call.id().equals(shown.id()))
            .toList();
    others.stream()
        .skip(Math.max(0, others.size() - MOST_CALLS))
        .forEach(
            call ->
                array
                    .addObject()
                    .put("call", call.id())
                    .put("tool", call.tool())
                    .put("status", statuses.getOrDefault(call.id(), "proposed")));
  }

  private static String shortened(String text) {
    if (text.length() <= MOST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MOST_TEXT - 1)) ? MOST_TEXT - 1 : MOST_TEXT;
    return text.substring(0, end) + "…";
  }
}
