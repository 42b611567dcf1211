package io.tidegate.session.codec;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The written form of a pin: one JSON object that holds all its texts. */
final class PinFormat {
  private PinFormat() {}

  static void write(Pin pin, JsonOut out) throws IOException {
    out.number("v", EntryCodec.VERSION)
        .text("agent", pin.agent())
        .text("instructions", pin.instructions())
        .object("route", pin.route(), PinFormat::write)
        .objects("tools", pin.tools(), PinFormat::write)
        .objects("rules", pin.rules(), PinFormat::write)
        .json("output", pin.output())
        .number("output_attempts", pin.outputAttempts())
        .flag("verified", pin.verified())
        .flag("suspend_on_failure", pin.suspendOnFailure())
        .object("limits", pin.limits(), PinFormat::write)
        .json("state", pin.state());
    if (pin.fallback() != null) {
      out.object("fallback", pin.fallback(), PinFormat::write);
    }
  }

  private static void write(Fallback fallback, JsonOut out) throws IOException {
    switch (fallback) {
      case Fallback.Another(var pin) -> out.object("pin", pin, PinFormat::write);
      case Fallback.Answer(var answer, var text) -> out.json("answer", answer).text("text", text);
    }
  }

  private static @Nullable Fallback fallback(@Nullable Fields in) {
    if (in == null) {
      return null;
    }
    var pin = in.objectOrNull("pin");
    return pin == null
        ? new Fallback.Answer(in.json("answer"), in.text("text"))
        : new Fallback.Another(read(pin));
  }

  static Pin read(Fields in) {
    return new Pin(
        in.text("agent"),
        in.text("instructions"),
        route(in.object("route")),
        in.objects("tools").stream().map(PinFormat::contract).toList(),
        in.objects("rules").stream().map(PinFormat::rule).toList(),
        in.jsonOrNull("output"),
        in.integer("output_attempts"),
        in.flag("verified"),
        in.flag("suspend_on_failure"),
        limits(in.object("limits")),
        in.jsonOrNull("state"),
        fallback(in.objectOrNull("fallback")));
  }

  private static void write(Pin.Route route, JsonOut out) throws IOException {
    out.text("name", route.name()).objects("targets", route.targets(), PinFormat::write);
    flagIfSet("weighted", route.weighted(), out);
    var hedge = route.hedge();
    if (hedge != null) {
      out.number("hedge_after_ms", hedge.afterMs()).decimal("hedge_budget", hedge.budget());
    }
    var cache = route.cache();
    if (cache != null) {
      out.number("cache_ms", cache.ttlMs());
      flagIfSet("cache_always", cache.always(), out);
    }
  }

  private static Pin.Route route(Fields in) {
    return new Pin.Route(
        in.text("name"),
        in.objects("targets").stream().map(PinFormat::target).toList(),
        in.flagOrFalse("weighted"),
        hedge(in),
        cache(in));
  }

  private static Pin.@Nullable Cache cache(Fields in) {
    var ttl = in.numberOrNull("cache_ms");
    return ttl == null ? null : new Pin.Cache(ttl, in.flagOrFalse("cache_always"));
  }

  private static Pin.@Nullable Hedge hedge(Fields in) {
    var after = in.numberOrNull("hedge_after_ms");
    var budget = in.decimalOrNull("hedge_budget");
    return after == null || budget == null ? null : new Pin.Hedge(after, budget);
  }

  private static void write(Pin.Target target, JsonOut out) throws IOException {
    out.text("provider", target.provider())
        .text("model", target.model())
        .object("price_nanos", target.price(), PinFormat::write)
        .object("timeout", target.timeout(), PinFormat::write)
        .number("attempts", target.attempts())
        .number("max_output", target.maxOutput())
        .decimal("temperature", target.temperature());
    if (!target.pause().equals(Pin.Pause.DEFAULT)) {
      out.number("pause_ms", target.pause().firstMs())
          .number("longest_pause_ms", target.pause().mostMs());
    }
    if (target.weight() != 1) {
      out.number("weight", target.weight());
    }
    out.text("when", target.when());
  }

  private static Pin.Target target(Fields in) {
    return new Pin.Target(
        in.text("provider"),
        in.text("model"),
        price(in.object("price_nanos")),
        timeout(in.object("timeout")),
        in.integer("attempts"),
        in.integer("max_output"),
        in.decimalOrNull("temperature"),
        pause(in),
        weight(in),
        in.textOrNull("when"));
  }

  private static Pin.Pause pause(Fields in) {
    var first = in.numberOrNull("pause_ms");
    var most = in.numberOrNull("longest_pause_ms");
    return first == null || most == null ? Pin.Pause.DEFAULT : new Pin.Pause(first, most);
  }

  private static int weight(Fields in) {
    var weight = in.integerOrNull("weight");
    return weight == null ? 1 : weight;
  }

  private static void write(Price price, JsonOut out) throws IOException {
    out.number("input", price.input().nanos())
        .number("cached_input", price.cachedInput().nanos())
        .number("cache_write", price.cacheWrite().nanos())
        .number("output", price.output().nanos());
  }

  private static Price price(Fields in) {
    return new Price(
        new Usd(in.number("input")),
        new Usd(in.number("cached_input")),
        new Usd(in.number("cache_write")),
        new Usd(in.number("output")));
  }

  private static void write(Pin.Timeout timeout, JsonOut out) throws IOException {
    out.number("connect_ms", timeout.connectMs())
        .number("first_chunk_ms", timeout.firstChunkMs())
        .number("between_chunks_ms", timeout.betweenChunksMs())
        .number("total_ms", timeout.totalMs());
  }

  private static Pin.Timeout timeout(Fields in) {
    return new Pin.Timeout(
        in.number("connect_ms"),
        in.number("first_chunk_ms"),
        in.number("between_chunks_ms"),
        in.number("total_ms"));
  }

  private static void write(Contract tool, JsonOut out) throws IOException {
    out.text("name", tool.name())
        .text("description", tool.description())
        .json("input", tool.input())
        .word("effect", tool.effect())
        .texts("after", tool.after())
        .text("exclusive", tool.exclusive())
        .text("touches", tool.touches())
        .word("on_unknown", tool.onUnknown())
        .number("timeout_ms", tool.timeoutMs())
        .text("digest", tool.digest());
    if (!tool.into().isEmpty()) {
      out.text("into", tool.into());
    }
    flagIfSet("by_people", tool.byPeople(), out);
    flagIfSet("critical", tool.critical(), out);
    if (!tool.tolerance().none()) {
      out.object("tolerance", tool.tolerance(), PinFormat::write);
    }
    if (!tool.price().equals(Usd.ZERO)) {
      out.number("price_nanos", tool.price().nanos());
    }
  }

  private static void write(Contract.Tolerance tolerance, JsonOut out) throws IOException {
    out.number("warn", tolerance.warn())
        .number("disable", tolerance.disable())
        .number("of", tolerance.of());
  }

  private static Contract.Tolerance tolerance(@Nullable Fields in) {
    return in == null
        ? Contract.Tolerance.ANY
        : new Contract.Tolerance(in.integer("warn"), in.integer("disable"), in.integer("of"));
  }

  private static void flagIfSet(String name, boolean flag, JsonOut out) throws IOException {
    if (flag) {
      out.flag(name, true);
    }
  }

  private static Contract contract(Fields in) {
    var price = in.usdOrNull("price_nanos");
    return new Contract(
        in.text("name"),
        in.text("description"),
        in.json("input"),
        in.word("effect", SideEffect.class),
        in.texts("after"),
        in.text("exclusive"),
        in.text("touches"),
        in.word("on_unknown", OnUnknown.class),
        in.number("timeout_ms"),
        in.text("digest"),
        in.textOr("into", ""),
        in.flagOrFalse("by_people"),
        in.flagOrFalse("critical"),
        tolerance(in.objectOrNull("tolerance")),
        price == null ? Usd.ZERO : price);
  }

  private static void write(Pin.Rule rule, JsonOut out) throws IOException {
    out.text("when", rule.when()).word("then", rule.then()).number("expires_ms", rule.expiresMs());
    if (!rule.approvers().isEmpty()) {
      out.texts("approvers", rule.approvers());
    }
    out.text("guard", rule.guard());
  }

  private static Pin.Rule rule(Fields in) {
    return new Pin.Rule(
        in.text("when"),
        in.word("then", Pin.Verdict.class),
        in.numberOrNull("expires_ms"),
        in.textsOrNone("approvers"),
        in.textOrNull("guard"));
  }

  private static void write(Limits limits, JsonOut out) throws IOException {
    out.number("steps", limits.steps())
        .number("tool_calls", limits.toolCalls())
        .number("parallel", limits.parallel())
        .number("cost_nanos", limits.cost() == null ? null : limits.cost().nanos())
        .number("tokens", limits.tokens())
        .number("deadline_ms", limits.deadlineMs())
        .number("repeats", limits.repeats());
    if (limits.toolFailures() > 0) {
      out.number("tool_failures", limits.toolFailures());
    }
  }

  /** Logs from before this limit have none. */
  private static int toolFailures(Fields in) {
    var limit = in.integerOrNull("tool_failures");
    return limit == null ? 0 : limit;
  }

  private static Limits limits(Fields in) {
    return new Limits(
        in.integer("steps"),
        in.integer("tool_calls"),
        in.integer("parallel"),
        in.usdOrNull("cost_nanos"),
        in.numberOrNull("tokens"),
        in.number("deadline_ms"),
        in.integer("repeats"),
        toolFailures(in));
  }
}
