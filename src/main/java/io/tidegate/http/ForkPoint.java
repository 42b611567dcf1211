package io.tidegate.http;

/**
 * Where a fork leaves the session.
 *
 * @param at the seq of the last entry that it takes along, or 0 for all
 */
record ForkPoint(long at) {

  static ForkPoint read(Body body) {
    return new ForkPoint(body.whole("at").must(seq -> seq >= 1, "must be at least 1").or(0L));
  }
}
