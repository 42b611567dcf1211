package io.tidegate.run;

/** Where new ids and jitter come from, so that tests can foresee them. */
public interface Ids {
  /** A new session id, never given before. */
  String session();

  /** A new run id, never given before. */
  String run();

  /** What one writer of a log marks its entries with, unlike any other; at least 1. */
  int tag();

  /** A number from 0 to below 1, for jitter. */
  double fraction();
}
