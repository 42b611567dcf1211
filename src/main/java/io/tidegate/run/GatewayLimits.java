package io.tidegate.run;

/**
 * How much one process takes on.
 *
 * @param activeRuns runs under way; a suspended run does not count
 * @param queuedRuns runs that wait for their session, over all sessions
 * @param toolCalls tool calls sent at one time
 * @param deltaMs the least time between two pieces of a reply's text that are told, in
 *     milliseconds; with 0 each is told as it comes
 */
public record GatewayLimits(int activeRuns, int queuedRuns, int toolCalls, long deltaMs) {
  /** No screen shows more than sixty pieces a second. */
  public static final GatewayLimits DEFAULT = new GatewayLimits(20_000, 100_000, 4_000, 16);
}
