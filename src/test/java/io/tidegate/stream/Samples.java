package io.tidegate.stream;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions.Partial;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** At least one of every kind of event, in an order in which they could happen. */
final class Samples {
  private static final SessionId SESSION = new SessionId("acme", "s1");
  private static final long START = 1_767_225_600_000L;
  private static final Json ARGS = new Json("{\"id\":\"INV-7\",\"variance\":1200.5}");
  private static final Json METADATA = new Json("{\"ticket\":42}");
  private static final Fallback.Used FALLBACK =
      new Fallback.Used("helper", "small", StopReason.MAX_STEPS);
  private static final Usage USAGE = new Usage(1200, 1000, 64, 80, 16);

  private Samples() {}

  /** Every public event: those of the entries, then those beside the journal. */
  static Stream<PublicEvent> all() {
    var events = entries().toList();
    var durable =
        IntStream.range(0, events.size())
            .mapToObj(i -> Projection.of(SESSION, entry(i + 1, events.get(i))))
            .filter(Objects::nonNull);
    return Stream.concat(durable, passing());
  }

  private static Entry entry(int seq, Event event) {
    boolean ofSession = event instanceof Event.Opened || event instanceof Event.Forked;
    return new Entry(seq, START + seq * 1001L, ofSession ? "" : "r1", event);
  }

  static Stream<Event> entries() {
    return Stream.of(opening(), asking(), calls(), people(), endings()).flatMap(List::stream);
  }

  private static List<Event> opening() {
    return List.of(
        new Event.Opened("reconciler", new Json("{\"done\":[]}"), METADATA, "ci"),
        new Event.Forked("s0", 17, "ci"),
        new Event.Queued("reconciler", "Reconcile", Limits.Change.NONE, METADATA, false, "ci"),
        new Event.Asked(pin(), "Reconcile \"INV-7\"\nplease", METADATA, "ci"));
  }

  private static List<Event> asking() {
    var overloaded = ModelFailure.of(ModelFailure.Kind.OVERLOADED, "The provider is overloaded.");
    var call = new ToolCall("r1-c1", "call_1", "post-entry", ARGS.text());
    var parts =
        List.<Part>of(new Part.Text("I look "), new Part.Call(call), new Part.Text("it up."));
    return List.of(
        new Event.ModelAsked(1, 1, 0, "large-1"),
        new Event.ModelFailed(1, 1, overloaded, new Event.Again(1, 250)),
        new Event.ModelFailed(1, 2, overloaded, null),
        new Event.Sealed(1, 3, call),
        new Event.Replied(1, 3, new Reply(parts, Finish.CALLS, USAGE, "large-1"), new Usd(2500)),
        new Event.Replied(2, 1, new Reply(List.of(), Finish.REFUSED, null, "large-1"), Usd.ZERO));
  }

  private static List<Event> calls() {
    var result = new Json("{\"posted\":true}");
    return List.of(
        new Event.Checked(
            "r1-c1", "post-entry", ARGS, "sha256:aa", List.of("a"), List.of(), 1, null),
        new Event.Checked(
            "r1-c2", "post", null, "", List.of(), List.of(), 1, "There is no tool 'post'."),
        new Event.Ruled("r1-c1", Pin.Verdict.ASK, "variance > 1000", 86_400_000L, List.of()),
        new Event.CallStarted("r1-c1", "post-entry", 1, false),
        new Event.CallReturned("r1-c1", "post-entry", 2, Outcome.SUCCEEDED, result, 3, 20, false),
        new Event.CallReturned(
            "r1-c3", "lookup", 1, Outcome.TIMED_OUT, Json.string("No answer."), 1, 2000, true),
        new Event.CallAdopted("r1-c4", "lookup", "r1-c2", result));
  }

  private static List<Event> people() {
    return List.of(
        new Event.ApprovalRequested(
            "r1-c1", "post-entry", ARGS, "sha256:aa", "variance > 1000", START + 86_400_000),
        new Event.ApprovalRequested("r1-c5", "post-entry", ARGS, "sha256:bb", "", null),
        new Event.Decided("r1-c1", true, true, "Rounded.", "ann"),
        new Event.Decided("r1-c5", false, false, "", "ann"),
        new Event.Expired("r1-c6"),
        new Event.OutcomeDecided(
            "r1-c7",
            Event.Resolution.HAPPENED,
            new Json("{\"no\":9}"),
            "It is in the ledger.",
            "bo"),
        new Event.OutcomeDecided("r1-c8", Event.Resolution.RERUN, null, "", "bo"),
        new Event.StateSet(new Json("{\"done\":[\"INV-7\"]}"), "bo"));
  }

  private static List<Event> endings() {
    return List.of(
        new Event.OutputChecked(3, null, List.of("$.total is missing")),
        new Event.OutputChecked(4, new Json("{\"total\":1}"), List.of()),
        new Event.Cancelled(StopReason.CANCELLED, "Not needed any more.", "ann"),
        new Event.DeadlinePassed(),
        new Event.Rewound(9, 0),
        new Event.BudgetWarned(
            new Budget(Budget.Scope.SESSION, "s1", Budget.Period.TOTAL, Budget.Unit.USD),
            1_000_000_000,
            812_500_000,
            80),
        new Event.BudgetWarned(
            new Budget(Budget.Scope.TENANT, "acme", Budget.Period.DAY, Budget.Unit.TOKENS),
            1_000_000,
            1_000_000,
            100),
        new Event.BudgetRefused(
            new Budget(Budget.Scope.RUN, "r1", Budget.Period.TOTAL, Budget.Unit.USD), 5, 4, 2),
        new Event.Suspended(stop(StopReason.APPROVAL_PENDING, false, null, "Decide r1-c1.")),
        new Event.Reopened(Limits.Change.NONE, "More steps.", "ann"),
        new Event.Resumed(3),
        new Event.Stopped(stop(StopReason.COMPLETED, true, new Json("{\"total\":1}"), "")),
        new Event.InputRequested("r1-c9", "ask-user", "Which one?", new Json("{\"enum\":[1]}")),
        new Event.InputRequested("r1-c9", "ask-user", "Which one?", null),
        new Event.InputAnswered("r1-c9", "ask-user", new Json("1"), "bo"),
        new Event.FellBack("clerk", FALLBACK, "The run may take 3 steps."),
        new Event.FellBack(
            "clerk", new Fallback.Used(null, null, StopReason.LOOP_DETECTED), "In circles."),
        new Event.Stopped(fellBack()),
        new Event.CallReturned(
            "r1-c9",
            "post-entry",
            1,
            Outcome.FAILED,
            ARGS,
            0,
            0,
            false,
            FailureClass.TRANSPORT,
            false),
        new Event.CallReturned(
            "r1-c9", "lookup", 1, Outcome.SUCCEEDED, ARGS, 0, 0, false, null, true));
  }

  private static Stop fellBack() {
    return new Stop(
        StopReason.COMPLETED,
        "",
        true,
        Json.string("Done."),
        4,
        0,
        new Usage(900, 0, 0, 40, 0),
        Usd.parse("0.004"),
        2_000,
        "",
        FALLBACK);
  }

  private static Stop stop(
      StopReason reason, boolean terminal, @Nullable Json output, String next) {
    return new Stop(
        reason, "In short.", terminal, output, 4, 7, USAGE, new Usd(12_500_000), 5321, next);
  }

  private static Pin pin() {
    var target = new Pin.Target("p", "large-1", Price.FREE, Pin.Timeout.DEFAULT, 2, 1024, null);
    return new Pin(
        "reconciler",
        "Be exact.",
        new Pin.Route("smart", List.of(target)),
        List.of(),
        List.of(),
        null,
        1,
        false,
        false,
        Limits.DEFAULT);
  }

  private static Stream<PublicEvent> passing() {
    return Stream.of(
        Projection.of(SESSION, new Delta(false, "r1", 1, 3, 9, 5, "ök\n")),
        Projection.of(SESSION, new Delta(true, "r1", 1, 3, 9, 0, "Hm.")),
        Projection.snapshot(SESSION, new Partial("r1", 1, 3, 9, "Look", "Hm.")),
        Projection.error(SESSION, 9, "The journal can't be read at present."));
  }
}
