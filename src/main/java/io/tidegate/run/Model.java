package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Cache;
import io.tidegate.loop.Pin.Hedge;
import io.tidegate.loop.Trace;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
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
   * @param terms on whose behalf and by what means it is asked
   * @param trace where the question stands in a trace, for the model to know, or null
   */
  record Ask(
      Pin.Target target,
      String instructions,
      List<Contract> tools,
      List<Message> transcript,
      @Nullable Json output,
      @Nullable Json state,
      String run,
      int firstCall,
      Terms terms,
      @Nullable Trace trace) {
    /** A question that belongs to no trace. */
    public Ask(
        Pin.Target target,
        String instructions,
        List<Contract> tools,
        List<Message> transcript,
        @Nullable Json output,
        @Nullable Json state,
        String run,
        int firstCall,
        Terms terms) {
      this(target, instructions, tools, transcript, output, state, run, firstCall, terms, null);
    }

    /** The id of the call at that index of the reply, counted from 0. */
    public String callId(int index) {
      return ToolCall.id(run, firstCall + index);
    }

    /** The same question to another target. */
    public Ask to(Pin.Target other) {
      return with(other, terms);
    }

    /** The same question with another of the provider's keys, by its index. */
    public Ask withKey(int key) {
      return with(
          target,
          new Terms(
              terms.tenant,
              terms.session,
              terms.inputTokens,
              terms.hedge,
              terms.spares,
              key,
              terms.cache));
    }

    private Ask with(Pin.Target other, Terms changed) {
      return new Ask(
          other, instructions, tools, transcript, output, state, run, firstCall, changed, trace);
    }
  }

  /**
   * On whose behalf and by what means a question is asked.
   *
   * @param tenant who waits in line with it
   * @param session whose questions begin with the same words: a session with its forks; empty for a
   *     question that belongs to none
   * @param inputTokens about how many tokens it has, counted when asked for
   * @param hedge when another target is asked too, or null for never
   * @param spares who may be asked too, in order
   * @param key which of the provider's keys is used, counted from 0
   * @param cache how long the reply is kept for equal questions, or null if it is not
   */
  record Terms(
      String tenant,
      String session,
      LongSupplier inputTokens,
      @Nullable Hedge hedge,
      List<Pin.Target> spares,
      int key,
      @Nullable Cache cache) {
    public Terms {
      spares = List.copyOf(spares);
    }

    /** For a question that is asked at once, of nobody else. */
    public static Terms plain(String tenant) {
      return new Terms(tenant, "", () -> 0, null, List.of(), 0, null);
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

    /** The answer's headers say how much may be asked yet. Told before all else, if at all. */
    default void told(Quotas.Told limits) {}
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

    /** Whether anything was sent to a provider yet. */
    default boolean sent() {
      return true;
    }

    /** Who gives the reply, if that is known and not whom the question was put to first. */
    default Optional<Pin.Target> served() {
      return Optional.empty();
    }

    /** Who was asked besides and cancelled: they bill what they had read and said. */
    default List<Pin.Target> lost() {
      return List.of();
    }
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
