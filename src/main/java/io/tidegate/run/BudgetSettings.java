package io.tidegate.run;

import io.tidegate.conversation.Usd;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of the configuration; what somebody sets over the API goes before them. They are not
 * pinned: a run goes by those of the process that drives it.
 *
 * @param tenants by name
 * @param agents by name; each counts in each tenant for itself
 * @param warnAt at how many percent of a limit to warn, 1 to 100
 * @param usageKeptMs how long it is known what was used on a day, in milliseconds
 */
public record BudgetSettings(
    Map<String, Caps> tenants, Map<String, Caps> agents, List<Integer> warnAt, long usageKeptMs) {
  public static final BudgetSettings NONE =
      new BudgetSettings(Map.of(), Map.of(), List.of(80), 400L * 86_400_000);

  /**
   * No limit is above this, in billionths of a dollar or in tokens: up to it Redis's numbers are
   * exact.
   */
  public static final long LARGEST = 9_000_000_000_000_000L;

  public BudgetSettings {
    tenants = Map.copyOf(tenants);
    agents = Map.copyOf(agents);
    warnAt = warnAt.stream().sorted().distinct().toList();
  }

  public Caps tenant(String name) {
    return tenants.getOrDefault(name, Caps.NONE);
  }

  public Caps agent(String name) {
    return agents.getOrDefault(name, Caps.NONE);
  }

  /**
   * What a tenant or an agent may use.
   *
   * @param session what each session may use in which the agent runs; a tenant has none
   */
  public record Caps(Cap session, Cap day, Cap month) {
    public static final Caps NONE = new Caps(Cap.NONE, Cap.NONE, Cap.NONE);
  }

  /** Limits; null is none. */
  public record Cap(@Nullable Usd usd, @Nullable Long tokens) {
    public static final Cap NONE = new Cap(null, null);

    public boolean none() {
      return usd == null && tokens == null;
    }
  }
}
