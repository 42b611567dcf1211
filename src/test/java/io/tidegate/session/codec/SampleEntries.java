package io.tidegate.session.codec;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Trace;
import java.util.ArrayList;
import java.util.List;

/** What the golden log of version 1 means: at least one entry of every type. */
public final class SampleEntries {
  private static final long BEGIN = 1_780_000_000_000L;
  private static final String RUN = "r_0123456789abcdef";
  private static final String CALL = RUN + "-c1";

  private SampleEntries() {}

  public static Pin pin() {
    var target =
        new Pin.Target(
            "claude",
            "model-large",
            new Price(Usd.parse("2.5"), Usd.parse("0.25"), Usd.parse("3.125"), Usd.parse("10")),
            Pin.Timeout.DEFAULT,
            3,
            4096,
            0.7);
    var spare =
        new Pin.Target("openai", "model-small", Price.FREE, Pin.Timeout.DEFAULT, 1, 1024, null);
    var lookup =
        new Contract(
            "lookup-invoice",
            "Looks an invoice up",
            new Json("{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}"),
            SideEffect.READ,
            List.of(),
            "",
            "",
            OnUnknown.ASK,
            2_000,
            "sha256:1111");
    var post =
        new Contract(
            "post-entry",
            "Posts an entry – größer als üblich 😀",
            Json.EMPTY_OBJECT,
            SideEffect.WRITE,
            List.of("lookup-invoice"),
            "args.account",
            "args.account",
            OnUnknown.FAIL,
            5_000,
            "sha256:2222");
    var rule =
        new Pin.Rule(
            "tool == 'post-entry' && args.variance > 1000.0",
            Pin.Verdict.ASK,
            86_400_000L,
            List.of(),
            null);
    var deny = new Pin.Rule("tool == 'drop'", Pin.Verdict.DENY, null, List.of(), null);
    return new Pin(
        "reconciler",
        "Reconcile the invoices.\nAsk when in doubt.",
        new Pin.Route("smart", List.of(target, spare)),
        List.of(lookup, post),
        List.of(rule, deny),
        new Json("{\"type\":\"object\"}"),
        2,
        true,
        false,
        new Limits(12, 40, 8, Usd.parse("0.50"), 200_000L, 600_000, 3, 0));
  }

  /** What the golden log of people, tools and state means. */
  public static List<Entry> people() {
    var question = new Json("{\"enum\":[1,2]}");
    var ask = RUN + "-c3";
    return entries(
        List.of(
            new Event.Asked(peoplesPin(), "Reconcile INV-1", Json.EMPTY_OBJECT, "ci"),
            new Event.Ruled(
                CALL, Pin.Verdict.ASK, "variance > 1000.0", 86_400_000L, List.of("ann", "bob")),
            new Event.InputRequested(ask, "ask-user", "Which account?", question),
            new Event.InputRequested(ask, "ask-user", "Which one – 😀?", null),
            new Event.InputAnswered(ask, "ask-user", new Json("2"), "ann"),
            new Event.Reopened(
                new Limits.Change(null, null, null, null, null, null, null, 4), "go on", "ann"),
            new Event.Ruled(
                CALL,
                Pin.Verdict.ASK,
                "variance > 1000.0",
                null,
                List.of(),
                List.of("state.open", "step < 5"))));
  }

  /** Runs that have a place in a trace. */
  public static List<Entry> traced() {
    var trace = "4bf92f3577b34da6a3ce929d0e0e473";
    var kept =
        new Trace(
            trace + "6", "00f067aa0ba902b7", true, "vendor=word", "53995c3f42cd8ad8", BEGIN + 2);
    var passed = new Trace(trace + "7", "00f067aa0ba902b8", false, "", null, BEGIN + 3);
    var opened = new Event.Opened("reconciler", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "ci");
    return List.of(
        new Entry(1, BEGIN + 1, "", opened),
        new Entry(2, BEGIN + 2, RUN, waiting("Reconcile INV-1", kept)),
        new Entry(3, BEGIN + 3, "r_0123456789abcdee", waiting("Reconcile INV-2", passed)));
  }

  private static Event waiting(String input, Trace trace) {
    return new Event.Queued(
        "reconciler", input, Limits.Change.NONE, Json.EMPTY_OBJECT, false, "ci", null, trace);
  }

  /** A log with budgets: what was reserved, refused and warned of, and a tool that has a price. */
  static List<Entry> budgets() {
    var usd = new Budget(Budget.Scope.SESSION, "s_1", Budget.Period.TOTAL, Budget.Unit.USD);
    var tokens = new Budget(Budget.Scope.TENANT, "acme", Budget.Period.DAY, Budget.Unit.TOKENS);
    var timedOut = ModelFailure.of(ModelFailure.Kind.TIMED_OUT, "no answer");
    return entries(
        List.of(
            new Event.Asked(pricedPin(), "Reconcile INV-1", Json.EMPTY_OBJECT, "ci"),
            new Event.ModelAsked(
                1, 1, 0, "model-large", new Event.Estimate(1_500, 4_096, Usd.parse("0.0447"))),
            new Event.ModelFailed(1, 1, timedOut, new Event.Again(0, 20), true),
            new Event.BudgetRefused(usd, 1_000_000_000, 999_000_000, 44_700_000),
            new Event.BudgetWarned(tokens, 1_000_000, 800_123, 80)));
  }

  private static Pin pricedPin() {
    var pin = pin();
    var priced = pin.tools().stream().map(tool -> tool.withPrice(Usd.parse("0.002"))).toList();
    return pin.withTools(priced);
  }

  private static Pin peoplesPin() {
    var pin = pin();
    var post = pin.tools().getLast();
    var storing =
        new Contract(
            post.name(),
            post.description(),
            post.input(),
            post.effect(),
            post.after(),
            post.exclusive(),
            post.touches(),
            post.onUnknown(),
            post.timeoutMs(),
            post.digest(),
            "posted[]",
            true,
            true);
    var rule =
        new Pin.Rule(
            "principal != 'ci'",
            Pin.Verdict.ASK,
            null,
            List.of("ann", "bob"),
            "state.open == true");
    return new Pin(
        pin.agent(),
        pin.instructions(),
        pin.route(),
        List.of(storing),
        List.of(rule),
        null,
        1,
        false,
        true,
        new Limits(12, 40, 8, null, null, 600_000, 3, 7),
        new Json("{\"type\":\"object\"}"),
        null);
  }

  public static List<Entry> all() {
    return entries(events());
  }

  private static List<Entry> entries(List<Event> events) {
    var entries = new ArrayList<Entry>();
    for (var event : events) {
      long seq = entries.size() + 1L;
      entries.add(new Entry(seq, BEGIN + seq, ofSession(event) ? "" : RUN, event));
    }
    return entries;
  }

  private static boolean ofSession(Event event) {
    return event instanceof Event.Opened
        || event instanceof Event.Forked
        || event instanceof Event.StateSet;
  }

  private static List<Event> events() {
    var args = new Json("{\"id\":\"INV-1\"}");
    var call = new ToolCall(CALL, "toolu_1", "lookup-invoice", "{ \"id\": \"INV-1\" }");
    var usage = new Usage(1_200, 1_000, 100, 80, 20);
    var reply =
        new Reply(
            List.of(
                new Part.Reasoning(
                    "It is an invoice.", "anthropic", new Json("{\"signature\":\"c2ln\"}")),
                new Part.Text("I look it up: \"INV-1\" \\ \u2028 ünï 😀\t\n"),
                new Part.Call(call)),
            Finish.CALLS,
            usage,
            "model-large-2026");
    return List.of(
        new Event.Opened("reconciler", Json.EMPTY_OBJECT, new Json("{\"team\":\"billing\"}"), "ci"),
        new Event.Forked("s_0000000000000000", 41, "ci"),
        new Event.Queued(
            "reconciler", "Reconcile INV-1", Limits.Change.NONE, Json.EMPTY_OBJECT, false, "ci"),
        new Event.Queued(
            "reconciler",
            "Reconcile INV-2",
            new Limits.Change(3, 4, 2, Usd.parse("0.1"), 1_000L, 60_000L, 5, null),
            Json.EMPTY_OBJECT,
            true,
            "ci"),
        new Event.Asked(pin(), "Reconcile INV-1", Json.EMPTY_OBJECT, "ci"),
        new Event.ModelAsked(1, 1, 0, "model-large"),
        new Event.ModelFailed(
            1,
            1,
            new ModelFailure(ModelFailure.Kind.RATE_LIMITED, "too many tokens", 1_500L),
            new Event.Again(1, 1_500)),
        new Event.ModelFailed(
            1, 2, ModelFailure.of(ModelFailure.Kind.UNAUTHORIZED, "bad key"), null),
        new Event.ModelAsked(1, 3, 1, "model-small"),
        new Event.Sealed(1, 3, call),
        new Event.Replied(1, 3, reply, Usd.parse("0.001234567"), true, null),
        new Event.Replied(
            2,
            1,
            new Reply(List.of(new Part.Text("x".repeat(5_000))), Finish.LENGTH, null, "m"),
            Usd.ZERO),
        new Event.Checked(
            CALL,
            "lookup-invoice",
            args,
            "sha256:abcd",
            List.of("acct-1"),
            List.of("acct-1", "acct-2"),
            1,
            null),
        new Event.Checked(
            RUN + "-c2",
            "made-up",
            null,
            "",
            List.of(),
            List.of(),
            1,
            "there is no tool 'made-up'"),
        new Event.Ruled(CALL, Pin.Verdict.ASK, "variance > 1000.0", 86_400_000L, List.of()),
        new Event.Ruled(CALL, Pin.Verdict.ALLOW, "", null, List.of()),
        new Event.ApprovalRequested(
            CALL, "lookup-invoice", args, "sha256:abcd", "variance", BEGIN + 86_400_000L),
        new Event.ApprovalRequested(CALL, "lookup-invoice", args, "sha256:abcd", "variance", null),
        new Event.Decided(CALL, true, false, "looks right", "ann"),
        new Event.Expired(CALL),
        new Event.CallStarted(CALL, "lookup-invoice", 1, true),
        new Event.CallReturned(
            CALL,
            "lookup-invoice",
            1,
            Outcome.SUCCEEDED,
            new Json("{\"ref\":\"sha256:0\",\"bytes\":1}"),
            2,
            20,
            false),
        new Event.CallReturned(
            CALL,
            "lookup-invoice",
            1,
            Outcome.TIMED_OUT,
            Json.string("y".repeat(6_000)),
            1,
            2_000,
            true),
        new Event.CallAdopted(CALL, "lookup-invoice", RUN + "-c0", new Json(" [1, 2.50] ")),
        new Event.OutcomeDecided(
            CALL, Event.Resolution.HAPPENED, new Json("true"), "saw it", "ann"),
        new Event.OutcomeDecided(CALL, Event.Resolution.RERUN, null, "", "ann"),
        new Event.OutputChecked(2, new Json("{\"ok\":true}"), List.of()),
        new Event.OutputChecked(2, null, List.of("$.ok: is missing", "$.n: is not a number")),
        new Event.Cancelled(StopReason.INTERRUPTED, "another input came", "ann"),
        new Event.DeadlinePassed(),
        new Event.Resumed(7),
        new Event.Reopened(Limits.Change.NONE, "go on", "ann"),
        new Event.StateSet(new Json("{\"invoices\":[\"INV-1\"]}"), "ann"),
        new Event.Suspended(
            new Stop(
                StopReason.APPROVAL_PENDING,
                "1 call waits",
                false,
                null,
                1,
                2,
                usage,
                Usd.parse("0.02"),
                1_234,
                "decide")),
        new Event.Stopped(
            new Stop(
                StopReason.COMPLETED,
                "",
                true,
                new Json("{\"ok\":true}"),
                2,
                2,
                Usage.NONE,
                Usd.ZERO,
                2_345,
                "")),
        new Event.Rewound(57, 0));
  }
}
