package io.tidegate.session.codec;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
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
