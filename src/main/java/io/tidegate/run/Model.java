package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Pin;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model. Streaming is the only way: who wants the whole reply waits for {@link
 * Exchange#reply}.
 */
public interface Model {

  /**
   * Sends the question and returns at once; the sink is told on the caller's context, never after
   * the reply is complete.
   */
  Exchange ask(Ask ask, Sink sink);

  /**
   * A question to one target.
   *
   * @param target who is asked
   * @param instructions the system prompt
   * @param tools what the model may call
   * @param transcript what was said so far; every call in it has exactly one result
   * @param output the JSON Schema that the final answer must follow, or null
   * @param state the session's state object, or null if the agent has none
   * @param run the run that asks
   * @param firstCall the ordinal of the reply's first call, for {@link ToolCall#id(String, int)}
   */
  record Ask(
      Pin.Target target,
      String instructions,
      List<Contract> tools,
      List<Message> transcript,
      @Nullable Json output,
      @Nullable Json state,
      String run,
      int firstCall) {
    /** The id of the call at that index of the reply, counted from 0. */
    public String callId(int index) {
      return ToolCall.id(run, firstCall + index);
    }
  }

  /** Hears a reply grow. */
  interface Sink {
    void text(String delta);

    void reasoning(String delta);

    /**
     * A call is complete and will not change, though the reply may go on. Told once a call, in the
     * order of the calls.
     */
    void sealed(ToolCall call);
  }

  /** A question under way. */
  interface Exchange {
    /** The complete reply, or a failure that is a {@link Failed}. */
    Future<Reply> reply();

    /**
     * Ends the call at the provider too. Nothing is told after it, and the reply fails. Harmless
     * when it is over.
     */
    void cancel();
  }

  /** A model call that gave no reply. */
  final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient ModelFailure failure;
    private final boolean free;

    public Failed(ModelFailure failure) {
      this(failure, false);
    }

    /**
     * @param free whether it certainly cost nothing: the question was not sent, or the provider
     *     refused it
     */
    public Failed(ModelFailure failure, boolean free) {
      super(failure.kind() + ": " + failure.message(), null, false, false);
      this.failure = failure;
      this.free = free;
    }

    /** Whether the question certainly cost nothing. */
    public boolean free() {
      return free;
    }

    public ModelFailure failure() {
      return failure;
    }
  }
}
