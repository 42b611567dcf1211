package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import java.util.List;
import java.util.Optional;

/** Code over the model: says what a call may do. Does no I/O. */
public interface Rules {

  /**
   * What the pinned rules say about a call; the first that matches holds, and without one the call
   * is allowed.
   */
  Event.Ruled rule(List<Pin.Rule> rules, Facts facts);

  /**
   * Why a call that is about to be sent must not be, whatever the model or an approval says: the
   * rules deny it by now, or the guard of a rule that matches it does not hold or can't be
   * evaluated. Empty if it may be sent.
   */
  Optional<String> objection(List<Pin.Rule> rules, Facts facts);

  /**
   * The keys that a CEL expression over {@code args} names: its value as a string, each element of
   * a list, or none for null, false, the empty string and an expression that fails on these
   * arguments.
   */
  List<String> keys(String expression, Json args);

  /** What a rule may look at; the principal is who asked for the run. */
  record Facts(
      String call, String tool, Json args, Json state, int step, Usd cost, String principal) {}
}
