package io.tidegate.run;

/**
 * How much one process takes on.
 *
 * @param activeRuns runs under way; a suspended run does not count
 * @param queuedRuns runs that wait for their session, over all sessions
 * @param toolCalls tool calls sent at one time
 * @param deltaMs the least time between two pieces of a reply's text that are told, in
 *     milliseconds; with 0 each is told as it comes
 * @param appendDelayMs how long what nobody waits for may wait to be journaled together with what
 *     comes next, in milliseconds, while something of its run is under way
 */
public record GatewayLimits(
    int activeRuns, int queuedRuns, int toolCalls, long deltaMs, long appendDelayMs) {
  /** No screen shows more than sixty pieces a second. */
  public static final GatewayLimits DEFAULT = new GatewayLimits(20_000, 100_000, 4_000, 16, 5);
}
