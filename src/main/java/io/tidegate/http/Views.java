package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Call;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Journal;
import io.tidegate.run.Sessions;
import io.tidegate.stream.Projection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions, runs, calls, agents and tools as the API shows them. */
final class Views {
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Views() {}

  /** A page of a list, and the cursor of the next; null at the end. */
  static <T> ObjectNode page(
      List<T> items, Function<T, ? extends ObjectNode> view, @Nullable String next) {
    var json = Wire.object();
    var array = json.putArray("items");
    items.forEach(item -> array.add(view.apply(item)));
    return json.put("next", next);
  }

  static ObjectNode session(Journal.Record found) {
    return Wire.object()
        .put("id", found.id().id())
        .put("agent", found.agent())
        .put("status", wire(found.status()))
        .put("head", found.head())
        .put("parent", found.parent())
        .put("created_at", time(found.createdAt()))
        .put("updated_at", time(found.updatedAt()));
  }

  /** The session with what its journal folds to, now or after an earlier entry. */
  static ObjectNode session(Sessions.View view, boolean past) {
    var state = view.state();
    var json = session(view.record());
    if (past) {
      json.put("head", state.head()).put("status", wire(state.phase()));
    }
    Wire.put(json, "state", state.data());
    json.set("run", state.run().isEmpty() ? null : run(state));
    var calls = json.putArray("calls");
    state.calls().forEach(call -> calls.add(call(call)));
    var queue = json.putArray("queue");
    state.queue().forEach(waiting -> queue.add(waiting.run()));
    json.set("transcript", Transcript.view(state.transcript()));
    return json;
  }

  private static ObjectNode run(RunState state) {
    var json =
        Wire.object()
            .put("id", state.run())
            .put("status", state.phase() == RunState.Phase.IDLE ? "stopped" : wire(state.phase()))
            .put("steps", state.steps())
            .put("tool_calls", state.toolCalls());
    json.set("usage", usage(state.usage()));
    json.put("cost_usd", state.cost().toString());
    json.put("principal", state.principal());
    json.set("limits", limits(state.limits()));
    failures(json.putArray("failures"), state);
    return stop(json, state.stop());
  }

  private static void failures(ArrayNode array, RunState state) {
    for (var failure : state.failures().last()) {
      array
          .addObject()
          .put("call", failure.call())
          .put("tool", failure.tool())
          .put("status", failure.outcome().wire())
          .put("result", failure.told());
    }
  }

  private static ObjectNode usage(Usage usage) {
    return Wire.object()
        .put("input_tokens", usage.input())
        .put("output_tokens", usage.output())
        .put("cached_input_tokens", usage.cachedInput())
        .put("cache_write_tokens", usage.cacheWrites())
        .put("reasoning_tokens", usage.reasoning());
  }

  private static ObjectNode call(Call call) {
    var json =
        Wire.object()
            .put("call", call.id())
            .put("tool", call.call().tool())
            .put("status", wire(call.status()))
            .put("attempt", call.attempt());
    return Wire.put(json, "args", call.args());
  }

  static ObjectNode run(Sessions.RunView run) {
    var json =
        Wire.object()
            .put("session", run.session().id())
            .put("run", run.run())
            .put("agent", run.agent())
            .put("status", run.status());
    return stop(json, run.stop());
  }

  /** A run that was waited for. */
  static ObjectNode rested(Sessions.Started started, Stop stop) {
    var json = Wire.object().put("session", started.session().id()).put("run", started.run());
    return stop(json, stop);
  }

  private static ObjectNode stop(ObjectNode json, @Nullable Stop stop) {
    return stop == null ? json.putNull("stop") : Wire.put(json, "stop", Projection.json(stop));
  }

  /** A run that nobody waits for. */
  static ObjectNode accepted(Sessions.Started started, String status) {
    return Wire.object()
        .put("session", started.session().id())
        .put("run", started.run())
        .put("status", status);
  }

  static ObjectNode agent(Agent agent) {
    var pin = agent.pin();
    var json =
        Wire.object()
            .put("name", agent.name())
            .put("description", agent.description())
            .put("model", pin.route().name());
    var tools = json.putArray("tools");
    pin.tools().forEach(tool -> tools.add(tool.name()));
    if (pin.output() != null) {
      Wire.put(json, "output", pin.output());
    }
    json.put("stream", pin.verified() ? "verified" : "live");
    json.set("limits", limits(pin.limits()));
    return json;
  }

  private static ObjectNode limits(Limits limits) {
    return Wire.object()
        .put("steps", limits.steps())
        .put("tool_calls", limits.toolCalls())
        .put("parallel", limits.parallel())
        .put("cost_usd", limits.cost() == null ? null : limits.cost().toString())
        .put("tokens", limits.tokens())
        .put("deadline", limits.deadlineMs() + "ms")
        .put("repeats", limits.repeats())
        .put("tool_failures", limits.toolFailures());
  }

  static ObjectNode tool(Contract tool) {
    var json = Wire.object().put("name", tool.name()).put("description", tool.description());
    Wire.put(json, "input", tool.input());
    json.put("effect", wire(tool.effect()));
    addAll(json.putArray("after"), tool.after());
    return json.put("exclusive", tool.exclusive())
        .put("touches", tool.touches())
        .put("on_unknown", wire(tool.onUnknown()))
        .put("timeout_ms", tool.timeoutMs())
        .put("digest", tool.digest())
        .put("into", tool.into())
        .put("by_people", tool.byPeople())
        .put("critical", tool.critical())
        .put("price_usd", tool.price().toString())
        .set("failures", tolerance(tool.tolerance()));
  }

  private static ObjectNode tolerance(Contract.Tolerance tolerance) {
    return Wire.object()
        .put("warn", tolerance.warn())
        .put("disable", tolerance.disable())
        .put("of", tolerance.of());
  }

  private static void addAll(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  static String wire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static String time(long ms) {
    return MILLISECONDS.format(Instant.ofEpochMilli(ms));
  }
}
