package io.tidegate.guard;

import io.tidegate.run.Model.Ask;

/** Whether a question that is asked besides can be paid for. */
public interface Purse {
  Purse OPEN = _ -> true;

  boolean affords(Ask hedge);
}
