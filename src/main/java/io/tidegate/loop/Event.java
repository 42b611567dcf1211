package io.tidegate.loop;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Pin.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fact in a session's journal. Facts are never changed; {@link RunState#after} says what they
 * mean.
 */
public sealed interface Event {
  /** What the name of whoever did something begins with if it was a tool. */
  String BY_TOOL = "tool:";

  /** The session was made. */
  record Opened(String agent, Json state, Json metadata, String by) implements Event {}

  /**
   * The session was made from another's journal up to and with an entry; what was in flight there
   * is not here.
   */
  record Forked(String from, long at, String by) implements Event {}

  /**
   * A run waits until the session is free, ahead of others that wait if it is to interrupt.
   *
   * @param hook whom to tell of the run, or null
   * @param trace where the run stands in a trace, or null
   */
  record Queued(
      String agent,
      String input,
      Limits.Change limits,
      Json metadata,
      boolean ahead,
      String by,
      @Nullable Hook hook,
      @Nullable Trace trace)
      implements Event {
    public Queued(
        String agent, String input, Limits.Change limits, Json metadata, boolean ahead, String by) {
      this(agent, input, limits, metadata, ahead, by, null, null);
    }
  }

  /**
   * A run began.
   *
   * @param hook whom to tell of the run, or null
   * @param trace where the run stands in a trace, or null
   */
  record Asked(
      Pin pin, String input, Json metadata, String by, @Nullable Hook hook, @Nullable Trace trace)
      implements Event {
    public Asked(Pin pin, String input, Json metadata, String by) {
      this(pin, input, metadata, by, null, null);
    }
  }

  /**
   * Whom a run's caller wants to be told of it.
   *
   * @param url an absolute HTTP URL
   * @param events the names of public events such as {@code run.stopped}; empty means all that can
   *     be told
   */
  record Hook(String url, List<String> events) {
    public Hook {
      events = List.copyOf(events);
    }
  }

  /**
   * A model target is about to be asked.
   *
   * @param estimate what was reserved for it, or null in logs from before there were budgets
   */
  record ModelAsked(int turn, int attempt, int target, String model, @Nullable Estimate estimate)
      implements Event {
    public ModelAsked(int turn, int attempt, int target, String model) {
      this(turn, attempt, target, model, null);
    }
  }

  /**
   * The most that a call can come to.
   *
   * @param input input tokens
   * @param output output tokens
   */
  record Estimate(long input, long output, Usd cost) {
    public long tokens() {
      return input + output;
    }

    /** Both of them. */
    public Estimate plus(Estimate other) {
      return new Estimate(input + other.input, output + other.output, cost.plus(other.cost));
    }
  }

  /** A call in an unfinished reply is complete, and may start early. */
  record Sealed(int turn, int attempt, ToolCall call) implements Event {}

  /**
   * The model's reply is complete.
   *
   * @param held whether its text is kept from clients, as it may be refused: they get the output
   * @param read who read how much, if that is not the target that was asked and its usage: others
   *     were asked besides, and what they cost is in the usage too. Otherwise null
   */
  record Replied(int turn, int attempt, Reply reply, Usd cost, boolean held, @Nullable Read read)
      implements Event {
    public Replied(int turn, int attempt, Reply reply, Usd cost) {
      this(turn, attempt, reply, cost, false, null);
    }
  }

  /**
   * What a provider counted for a question.
   *
   * @param target who counted, as an index into the route
   * @param input the input tokens of all that came before the reply
   */
  record Read(int target, long input) {}

  /**
   * The model gave no reply; what it had begun is void.
   *
   * @param again the next try, or null if there is none
   * @param free whether it certainly cost nothing; otherwise nobody knows, and it counts as what
   *     was estimated
   */
  record ModelFailed(
      int turn, int attempt, ModelFailure failure, @Nullable Again again, boolean free)
      implements Event {
    public ModelFailed(int turn, int attempt, ModelFailure failure, @Nullable Again again) {
      this(turn, attempt, failure, again, false);
    }
  }

  /** Whom to ask next, as an index into the route's targets, and after how many milliseconds. */
  record Again(int target, long delayMs) {}

  /**
   * A call was held against its tool's contract.
   *
   * @param tool the tool's name as the model wrote it
   * @param args the arguments in canonical form (RFC 8785), or null if there is a problem
   * @param digest the digest that an approval binds to
   * @param exclusive what the call holds alone
   * @param touches what the call reads or writes
   * @param wave its level in the graph of the reply's calls, from 1
   * @param problem what is wrong with the call, for the model to read, or null
   */
  record Checked(
      String call,
      String tool,
      @Nullable Json args,
      String digest,
      List<String> exclusive,
      List<String> touches,
      int wave,
      @Nullable String problem)
      implements Event {
    public Checked {
      exclusive = List.copyOf(exclusive);
      touches = List.copyOf(touches);
    }
  }

  /**
   * The rules spoke about a call; once more, with {@code DENY}, if they forbade it when it was
   * about to be sent.
   *
   * @param expiresMs how long an approval is waited for, in milliseconds, or null for no end
   * @param approvers the principals who may decide; empty if anybody may
   * @param guards what must be true when the call is about to be sent, as CEL expressions: those of
   *     all rules that matched
   */
  record Ruled(
      String call,
      Verdict verdict,
      String reason,
      @Nullable Long expiresMs,
      List<String> approvers,
      List<String> guards)
      implements Event {
    public Ruled {
      approvers = List.copyOf(approvers);
      guards = List.copyOf(guards);
    }

    /** Without guards. */
    public Ruled(
        String call,
        Verdict verdict,
        String reason,
        @Nullable Long expiresMs,
        List<String> approvers) {
      this(call, verdict, reason, expiresMs, approvers, List.of());
    }
  }

  /** A person was asked whether a call may run; expiresAt is in milliseconds since 1970. */
  record ApprovalRequested(
      String call, String tool, Json args, String digest, String reason, @Nullable Long expiresAt)
      implements Event {}

  /**
   * A person decided. If the arguments were edited, the {@link Checked} right before it holds the
   * new ones, and the one before that the model's.
   */
  record Decided(String call, boolean approved, boolean edited, String note, String by)
      implements Event {}

  /** Nobody decided in time. */
  record Expired(String call) implements Event {}

  /**
   * A person is asked what a call of a tool that people answer wants to know.
   *
   * @param schema the JSON Schema that the answer must follow, or null if any value will do
   */
  record InputRequested(String call, String tool, String question, @Nullable Json schema)
      implements Event {}

  /** A person answered, which is the call's result. */
  record InputAnswered(String call, String tool, Json answer, String by) implements Event {}

  /** A call is about to be sent. */
  record CallStarted(String call, String tool, int attempt, boolean eager) implements Event {}

  /**
   * A call has its result.
   *
   * @param attempt the attempt that gave it, 0 if the call was never sent
   * @param tries requests sent in that attempt
   * @param ms how long it took, in milliseconds
   * @param late whether it came after the call had been answered otherwise
   * @param failure why it has no good result; null if it has one, or if nobody said
   * @param cached whether the result is that of an equal call before it
   */
  record CallReturned(
      String call,
      String tool,
      int attempt,
      Outcome outcome,
      Json result,
      int tries,
      long ms,
      boolean late,
      @Nullable FailureClass failure,
      boolean cached)
      implements Event {
    public CallReturned(
        String call,
        String tool,
        int attempt,
        Outcome outcome,
        Json result,
        int tries,
        long ms,
        boolean late) {
      this(call, tool, attempt, outcome, result, tries, ms, late, null, false);
    }

    /** The same result, come too late. */
    CallReturned afterTheFact() {
      return new CallReturned(
          call, tool, attempt, outcome, result, tries, ms, true, failure, cached);
    }

    public CallReturned because(@Nullable FailureClass why) {
      return new CallReturned(call, tool, attempt, outcome, result, tries, ms, late, why, cached);
    }
  }

  /** A call takes the result of an equal call of a voided reply. */
  record CallAdopted(String call, String tool, String from, Json result) implements Event {}

  /**
   * A person said what became of a call whose outcome was unknown; the result goes with {@code
   * HAPPENED}.
   */
  record OutcomeDecided(
      String call, Resolution resolution, @Nullable Json result, String note, String by)
      implements Event {}

  /** What a person says about an unknown outcome. */
  enum Resolution {
    HAPPENED,
    RERUN,
    FAILED
  }

  /** The final answer was held against the output schema: the value, or what is wrong. */
  record OutputChecked(int turn, @Nullable Json value, List<String> problems) implements Event {
    public OutputChecked {
      problems = List.copyOf(problems);
    }
  }

  /**
   * A budget did not have room for a call that was about to be sent, whatever others give back.
   *
   * @param limit what the budget allows, in its unit
   * @param used what was used of it and settled
   * @param estimate what the call may come to
   */
  record BudgetRefused(Budget budget, long limit, long used, long estimate) implements Event {}

  /**
   * The use of a budget passed a threshold.
   *
   * @param limit what the budget allows, in its unit
   * @param used what was used of it and settled
   * @param percent the threshold, in percent of the limit
   */
  record BudgetWarned(Budget budget, long limit, long used, int percent) implements Event {}

  /** Somebody wants the run to end: reason is {@code CANCELLED} or {@code INTERRUPTED}. */
  record Cancelled(StopReason reason, String detail, String by) implements Event {}

  /** The run's active time is used up. */
  record DeadlinePassed() implements Event {}

  /** A process took the run up, after a crash or to go on with a suspended run. */
  record Resumed(long epoch) implements Event {}

  /** An operator lets a suspended run go on. */
  record Reopened(Limits.Change limits, String note, String by) implements Event {}

  /**
   * The agent could not go on, and its fallback takes over.
   *
   * @param from the agent that could not
   * @param used what the run goes on as, and why
   * @param detail a sentence that says more
   */
  record FellBack(String from, Fallback.Used used, String detail) implements Event {}

  /** The explicit state object has a new value. */
  record StateSet(Json state, String by) implements Event {}

  /**
   * A fail-over of the store lost the log's end.
   *
   * @param upTo the last seq that was known to be in the log
   * @param from the first seq that was lost, or 0 if that is this entry's: others may have appended
   *     facts between
   */
  record Rewound(long upTo, long from) implements Event {}

  /** The run rests until somebody does something. */
  record Suspended(Stop stop) implements Event {}

  /** The run ended. */
  record Stopped(Stop stop) implements Event {}
}
