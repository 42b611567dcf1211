package io.tidegate.run;

/**
 * How much one process takes on.
 *
 * @param activeRuns runs under way; a suspended run does not count
 * @param queuedRuns runs that wait for their session, over all sessions
 * @param toolCalls tool calls sent at one time
 */
public record GatewayLimits(int activeRuns, int queuedRuns, int toolCalls) {
  public static final GatewayLimits DEFAULT = new GatewayLimits(20_000, 100_000, 4_000);
}
