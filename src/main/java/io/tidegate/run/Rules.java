package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import java.util.List;

/** Code over the model: says what a call may do. Does no I/O. */
public interface Rules {

  /**
   * What the pinned rules say about a call; the first that matches holds, and without one the call
   * is allowed.
   */
  Event.Ruled rule(List<Pin.Rule> rules, Facts facts);

  /**
   * The keys that a CEL expression over {@code args} names: its value as a string, each element of
   * a list, or none for null, false, the empty string and an expression that fails on these
   * arguments.
   */
  List<String> keys(String expression, Json args);

  /** What a rule may look at. */
  record Facts(String call, String tool, Json args, Json state, int step, Usd cost) {}
}
