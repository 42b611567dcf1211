package io.tidegate.session.redis;

/** Hears how long Redis takes to answer; it must not block. */
public interface RoundTrips {
  RoundTrips UNHEARD = (_, _, _) -> {};

  /**
   * An answer came, or none will.
   *
   * @param command the command's name, or the script's
   * @param nanos from the sending to the answer
   */
  void answered(String command, long nanos, boolean well);
}
