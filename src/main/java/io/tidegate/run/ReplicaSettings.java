package io.tidegate.run;

import java.util.Map;

/**
 * How this process lives with others on one journal.
 *
 * @param leaseMs how long others wait before they take over what a silent process was driving, in
 *     milliseconds
 * @param waitReplicas how many replicas of the store must have what was journaled before a tool
 *     that writes is called; 0 waits for none
 * @param tenantRuns how many runs the named tenants may have under way over all replicas
 */
public record ReplicaSettings(long leaseMs, int waitReplicas, Map<String, Integer> tenantRuns) {
  public static final ReplicaSettings DEFAULT = new ReplicaSettings(5_000, 0, Map.of());

  public ReplicaSettings {
    tenantRuns = Map.copyOf(tenantRuns);
  }
}
