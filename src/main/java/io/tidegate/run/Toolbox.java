package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.loop.Call;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Trace;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Checks calls and executes them. */
public interface Toolbox {

  /** Holds the arguments, as a model or a person wrote them, against the contract. Does no I/O. */
  Check check(Contract contract, String arguments);

  /** What the check found. */
  sealed interface Check {
    /**
     * The call may be sent.
     *
     * @param args the arguments in canonical form (RFC 8785)
     * @param digest binds an approval to these arguments and this contract
     */
    record Valid(Json args, String digest) implements Check {}

    /** The call can't be sent; the problem is written for the model, so that it can mend it. */
    record Invalid(String problem) implements Check {}
  }

  /**
   * Whether the tool is now configured with another contract than the pinned one, as its digest
   * says; a tool that is no longer configured is not.
   */
  boolean changed(Contract pinned);

  /** What a call of a tool that people answer asks them; the arguments were checked before. */
  Question question(Json args);

  /**
   * A question to a person.
   *
   * @param schema the JSON Schema that the answer must follow, or null if any value will do
   */
  record Question(String text, @Nullable Json schema) {}

  /** Sends a call and returns at once. */
  Execution start(Invocation invocation);

  /** How many calls of the tool one process sends at a time. */
  int concurrency(String tool);

  /**
   * A call to be sent.
   *
   * @param idempotencyKey the same over all tries and attempts of one call, whichever process sends
   *     it
   * @param trace where the call stands in a trace, for the tool to know, or null
   */
  record Invocation(
      SessionId session,
      String run,
      String call,
      Contract contract,
      Json args,
      int attempt,
      String idempotencyKey,
      @Nullable Trace trace) {
    /** A call that belongs to no trace. */
    public Invocation(
        SessionId session,
        String run,
        String call,
        Contract contract,
        Json args,
        int attempt,
        String idempotencyKey) {
      this(session, run, call, contract, args, attempt, idempotencyKey, null);
    }

    /**
     * The same for all tries and attempts of one call with one set of arguments, in whatever
     * process. The tool's own books may know the call by it.
     */
    public static String idempotencyKey(SessionId session, String run, Call call) {
      var what =
          String.join("\n", session.toString(), run, call.id(), call.tool(), call.args().text());
      try {
        var sha = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(sha.digest(what.getBytes(StandardCharsets.UTF_8)), 0, 20);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    /** The same call with so many milliseconds in all. */
    public Invocation within(long timeoutMs) {
      return new Invocation(
          session,
          run,
          call,
          contract.withTimeout(timeoutMs),
          args,
          attempt,
          idempotencyKey,
          trace);
    }
  }

  /** A call under way. */
  interface Execution {
    /**
     * What came of it. Never fails: what went wrong is an {@link Outcome}. Completes on the
     * caller's context.
     */
    Future<Returned> result();

    /** Whether the tool may know of the call by now. */
    default boolean sent() {
      return true;
    }

    /** Gives the call up; the result then says {@code CANCELLED}. Harmless when it is over. */
    void cancel();
  }

  /**
   * What came of a call.
   *
   * @param result what the model reads
   * @param tries requests that were sent
   * @param failure why it has no good result, or null if it has one
   * @param cached whether the result is that of an equal call before it
   */
  record Returned(
      Outcome outcome, Json result, int tries, @Nullable FailureClass failure, boolean cached) {
    public Returned(Outcome outcome, Json result, int tries) {
      this(outcome, result, tries, null, false);
    }

    /** A call that was not sent, with a sentence for the model. */
    public static Returned unsent(FailureClass why, String sentence) {
      return new Returned(Outcome.FAILED, Json.error(sentence), 0, why, false);
    }
  }
}
