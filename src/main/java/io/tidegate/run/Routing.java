package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event.Again;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Route;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask. What it says may differ between replicas and over time, so it is journaled: the
 * choice as {@code ModelAsked}, what follows a failure as {@code ModelFailed}.
 */
public interface Routing {

  /**
   * Chooses who is asked now. It may wait until somebody can be. The caller is told on its context.
   */
  Search choose(Question question);

  /**
   * Whom to ask after a failure, and when; null if nobody is left.
   *
   * @param question with the target that failed, and how often it was asked
   */
  @Nullable Again after(Question question, ModelFailure failure);

  /**
   * A question to a route.
   *
   * @param tenant whose session it is
   * @param session the session, to which a drawn target sticks
   * @param target whom to ask if nothing speaks against it, as an index into the route
   * @param attempt which attempt at this reply it is, from 1: the first has the whole route to
   *     choose from, the later ones what is left of it
   * @param tries how often that target was asked for this reply
   */
  record Question(
      String tenant,
      String session,
      Route route,
      Facts facts,
      int target,
      int attempt,
      int tries) {}

  /**
   * What a target's condition may look at.
   *
   * @param step the number of the model's reply in the run, from 1
   * @param inputTokens about how many tokens the question has, counted when asked for
   * @param cost what the run cost so far
   */
  record Facts(String agent, int step, LongSupplier inputTokens, Usd cost, Json state) {}

  /**
   * Who is asked.
   *
   * @param target an index into the route
   * @param spares who may be asked besides if it stays silent, in order
   */
  record Choice(int target, List<Pin.Target> spares) {
    public Choice {
      spares = List.copyOf(spares);
    }
  }

  /** A look for somebody who can be asked. */
  interface Search {
    /** Who was found; never fails, and never completes once it was cancelled. */
    Future<Choice> choice();

    /** Looks and waits no longer. Harmless when it is over. */
    void cancel();
  }

  /** Evaluates the conditions of targets; it does no I/O. */
  interface Conditions {
    /** Whether the CEL expression is true; one that can't be evaluated is not. */
    boolean hold(String expression, Facts facts);
  }
}
