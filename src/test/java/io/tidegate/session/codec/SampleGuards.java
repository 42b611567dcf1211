package io.tidegate.session.codec;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import java.util.ArrayList;
import java.util.List;

/** What guards of tools and fallbacks of agents leave in a log. */
final class SampleGuards {
  private static final String RUN = "r_guards";

  private SampleGuards() {}

  static List<Entry> entries() {
    var another = new Fallback.Used("agent", "smart", StopReason.TOOL_FAILURE);
    var entries = new ArrayList<Entry>();
    for (var event :
        List.of(
            new Event.Asked(pin(), "Reconcile it.", Json.EMPTY_OBJECT, "ci"),
            returned(FailureClass.TRANSPORT, false),
            returned(null, true),
            new Event.FellBack("agent", another, "2 calls in a row failed."),
            new Event.FellBack(
                "agent", new Fallback.Used(null, null, StopReason.MAX_STEPS), "It is enough."),
            new Event.Stopped(
                new Stop(
                    StopReason.COMPLETED,
                    "",
                    true,
                    Json.string("Sorry."),
                    2,
                    2,
                    Usage.NONE,
                    Usd.ZERO,
                    1_000,
                    "",
                    another)))) {
      entries.add(new Entry(entries.size() + 1, 1_780_000_000_000L, RUN, event));
    }
    return entries;
  }

  /** A route with all that it can have, and a reply for which two were asked. */
  static List<Entry> routed() {
    var reply =
        new Reply(
            List.of(new Part.Text("Done.")),
            Finish.END,
            new Usage(1_912, 100, 0, 7, 0),
            "model-small");
    var entries = new ArrayList<Entry>();
    for (var event :
        List.of(
            new Event.Asked(routedPin(), "Reconcile it.", Json.EMPTY_OBJECT, "ci"),
            new Event.ModelAsked(
                1, 1, 0, "model-large", new Event.Estimate(1_800, 4_096, Usd.parse("0.0455"))),
            new Event.Replied(1, 1, reply, Usd.parse("0.0031"), false, new Event.Read(1, 112)))) {
      entries.add(new Entry(entries.size() + 1, 1_780_000_000_000L, RUN, event));
    }
    return entries;
  }

  private static Pin routedPin() {
    var pin = SampleEntries.pin();
    var large = pin.route().targets().getFirst();
    var small =
        new Pin.Target(
            "openai",
            "model-small",
            large.price(),
            large.timeout(),
            2,
            1_024,
            0.0,
            new Pin.Pause(100, 2_000),
            3,
            "step > 1 && input_tokens < 4000");
    return pin.withRoute(
        new Pin.Route(
            "smart",
            List.of(large, small),
            true,
            new Pin.Hedge(800, 0.05),
            new Pin.Cache(600_000, true)));
  }

  private static Event returned(FailureClass why, boolean cached) {
    var outcome = why == null ? Outcome.SUCCEEDED : Outcome.FAILED;
    return new Event.CallReturned(
        RUN + "-c1",
        "lookup-invoice",
        1,
        outcome,
        new Json("{\"n\":1}"),
        1,
        20,
        false,
        why,
        cached);
  }

  private static Pin pin() {
    var pin = SampleEntries.pin();
    var tools = pin.tools().stream().map(SampleGuards::tolerant).toList();
    var last =
        pin.withTools(List.of()).withFallback(new Fallback.Answer(Json.string("Sorry."), "Sorry."));
    return pin.withTools(tools).withFallback(new Fallback.Another(last));
  }

  private static Contract tolerant(Contract tool) {
    return new Contract(
        tool.name(),
        tool.description(),
        tool.input(),
        tool.effect(),
        tool.after(),
        tool.exclusive(),
        tool.touches(),
        tool.onUnknown(),
        tool.timeoutMs(),
        tool.digest(),
        tool.into(),
        tool.byPeople(),
        tool.critical(),
        new Contract.Tolerance(3, 6, 10),
        tool.price());
  }
}
