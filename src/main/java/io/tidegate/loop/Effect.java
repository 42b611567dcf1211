package io.tidegate.loop;

import io.tidegate.conversation.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that should be happening now. The shell starts what is wanted and not in flight, and
 * cancels what is in flight and no longer wanted.
 */
public sealed interface Effect {

  /** Names the effect among all of a run: two effects with one key are the same. */
  record Key(String kind, String id, int attempt) {}

  Key key();

  /** Take the run that has waited longest. */
  record Begin(String run) implements Effect {
    @Override
    public Key key() {
      return new Key("begin", run, 0);
    }
  }

  /** Ask the model, after a delay in milliseconds. */
  record AskModel(int turn, int attempt, int target, long delayMs) implements Effect {
    @Override
    public Key key() {
      return key(turn, attempt);
    }

    public static Key key(int turn, int attempt) {
      return new Key("ask", Integer.toString(turn), attempt);
    }
  }

  /** Hold calls against their tools' contracts. */
  record Check(List<String> calls) implements Effect {
    public Check {
      calls = List.copyOf(calls);
    }

    @Override
    public Key key() {
      return new Key("check", calls.getFirst(), calls.size());
    }
  }

  /** Hear the rules about a call. */
  record Rule(String call) implements Effect {
    @Override
    public Key key() {
      return new Key("rule", call, 0);
    }
  }

  /** Ask a person whether a call may run. */
  record AskHuman(String call) implements Effect {
    @Override
    public Key key() {
      return new Key("approval", call, 0);
    }
  }

  /** Ask a person what the call wants to know. */
  record AskInput(String call) implements Effect {
    @Override
    public Key key() {
      return new Key("input", call, 0);
    }
  }

  /** Send a call. */
  record Start(String call, int attempt, boolean eager) implements Effect {
    @Override
    public Key key() {
      return key(call, attempt);
    }

    public static Key key(String call, int attempt) {
      return new Key("start", call, attempt);
    }
  }

  /** Give up on a call whose process is gone, at that time in milliseconds since 1970. */
  record GiveUp(String call, int attempt, long at) implements Effect {
    @Override
    public Key key() {
      return new Key("give-up", call, attempt);
    }
  }

  /** Give a call the result of an equal one. */
  record Adopt(String call, String from, Json result) implements Effect {
    @Override
    public Key key() {
      return new Key("adopt", call, 0);
    }
  }

  /**
   * Answer a call that is not, or no longer, to be sent.
   *
   * @param failure why it has no good result, or null if it has one
   */
  record Answer(String call, Outcome outcome, Json result, @Nullable FailureClass failure)
      implements Effect {
    @Override
    public Key key() {
      return new Key("answer", call, 0);
    }
  }

  /** Hold the final answer against the output schema. */
  record CheckOutput(int turn, String text) implements Effect {
    @Override
    public Key key() {
      return new Key("output", Integer.toString(turn), 0);
    }
  }

  /** Say so when that much active time, in milliseconds, has passed. */
  record Deadline(long leftMs, long limitMs) implements Effect {
    @Override
    public Key key() {
      return new Key("deadline", Long.toString(limitMs), 0);
    }
  }

  /** Go on with the agent's fallback. */
  record FallBack(String from, Fallback.Used used, String detail) implements Effect {
    @Override
    public Key key() {
      return new Key("fallback", used.after().wire(), 0);
    }
  }

  /**
   * Come to rest: {@link Event.Stopped} if the stop is terminal, {@link Event.Suspended} if not.
   */
  record Rest(Stop stop) implements Effect {
    @Override
    public Key key() {
      return new Key("rest", stop.reason().wire(), 0);
    }
  }
}
