package io.tidegate.run;

/**
 * How this process lives with others on one journal.
 *
 * @param leaseMs how long others wait before they take over what a silent process was driving, in
 *     milliseconds
 * @param waitReplicas how many replicas of the store must have what was journaled before a tool
 *     that writes is called; 0 waits for none
 */
public record ReplicaSettings(long leaseMs, int waitReplicas) {
  public static final ReplicaSettings DEFAULT = new ReplicaSettings(5_000, 0);
}
