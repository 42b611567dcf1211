package io.tidegate.http;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.StopReason;
import io.tidegate.run.SessionId;
import java.util.List;

/** A run that came to wait for a person. */
final class Approvals {
  private static final Json ARGS = new Json("{\"amount\":5}");

  private Approvals() {}

  /** The run's first call waits for an approval, and the run with it. */
  static void await(ScriptedSessions sessions, SessionId session, String run) {
    var call = ToolCall.id(run, 1);
    var part = new Part.Call(new ToolCall(call, "w1", "post-entry", ARGS.text()));
    var other = new Part.Call(new ToolCall(ToolCall.id(run, 2), "w2", "lookup", "{}"));
    var said = new Part.Text("Shall I?");
    var reply = new Reply(List.of(said, part, other), Finish.CALLS, null, "sim-1");
    for (var event :
        List.of(
            new Event.ModelAsked(1, 1, 0, "sim-1"),
            new Event.Replied(1, 1, reply, Usd.ZERO),
            new Event.Checked(call, "post-entry", ARGS, "sha256:1", List.of(), List.of(), 1, null),
            new Event.Ruled(
                call, Pin.Verdict.ASK, "rule 1", null, List.of("ann"), List.of("state.open")),
            new Event.ApprovalRequested(
                call, "post-entry", ARGS, "sha256:1", "rule 1", 1_700_000_000_000L),
            new Event.Suspended(ScriptedSessions.stop(StopReason.APPROVAL_PENDING, false)))) {
      sessions.record(session, run, event);
    }
  }
}
