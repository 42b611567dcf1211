package io.tidegate.meter;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Trace;
import io.tidegate.run.RunListener.Answered;
import io.tidegate.run.SessionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What meters are told of a run that two providers of one model may serve. */
final class Runs {
  static final SessionId SESSION = new SessionId("acme", "s");
  static final Pin.Target ONE = target("one", "1");
  static final Pin.Target TWO = target("two", "10");
  static final Usage USAGE = new Usage(100, 40, 0, 20, 0);

  private Runs() {}

  private static Pin.Target target(String provider, String price) {
    var usd = Usd.parse(price);
    var each = new Price(usd, Usd.ZERO, usd, usd);
    return new Pin.Target(provider, "m", each, Pin.Timeout.DEFAULT, 1, 1_000, null);
  }

  static Pin pin(@Nullable Usd limit) {
    var tool =
        new Contract(
            "look",
            "",
            Json.EMPTY_OBJECT,
            SideEffect.READ,
            List.of(),
            "",
            "",
            OnUnknown.FAIL,
            1_000,
            "sha256:1");
    return new Pin(
        "clerk",
        "Do it.",
        new Pin.Route("smart", List.of(ONE, TWO)),
        List.of(tool),
        List.of(),
        null,
        1,
        false,
        false,
        new Limits(50, 200, 8, limit, null, 600_000, 3, 10));
  }

  /** A run that was asked for something and has done nothing yet. */
  static RunState begun(@Nullable Usd limit, @Nullable Trace trace) {
    var asked = new Event.Asked(pin(limit), "Hello.", Json.EMPTY_OBJECT, "me", null, trace);
    return RunState.EMPTY.after(entry(asked));
  }

  static Entry entry(Event event) {
    return new Entry(1, 1_000, "r", event);
  }

  static Answered answered(Pin.Target by, @Nullable Trace trace) {
    return new Answered(pin(null), by, 1_000_000, 2_000_000, USAGE, null, trace);
  }

  static Event.Replied replied() {
    var reply = new Reply(List.of(new Part.Text("Done.")), Finish.END, USAGE, "m");
    return new Event.Replied(1, 1, reply, Usd.ZERO);
  }

  static Event.CallReturned returned(String tool, @Nullable FailureClass why) {
    var outcome = why == null ? Outcome.SUCCEEDED : Outcome.FAILED;
    return new Event.CallReturned("c", tool, 1, outcome, Json.EMPTY_OBJECT, 1, 5, false)
        .because(why);
  }

  static Event.Stopped stopped(Usd cost) {
    return new Event.Stopped(
        new Stop(StopReason.COMPLETED, "", true, null, 1, 0, USAGE, cost, 10, ""));
  }
}
