package io.tidegate.hook;

import io.tidegate.run.Ids;

/** The same run id and jitter each time. */
record FixedIds(String run, double fraction) implements Ids {
  @Override
  public String session() {
    throw new UnsupportedOperationException("webhooks make no session");
  }

  @Override
  public int tag() {
    throw new UnsupportedOperationException("webhooks append nothing");
  }
}
