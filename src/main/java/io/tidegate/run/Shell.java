package io.tidegate.run;

import java.util.ArrayList;
import java.util.List;

/** All that a run needs of the world. */
public record Shell(
    Model model,
    Routing routing,
    Toolbox toolbox,
    Schemas schemas,
    States states,
    Rules rules,
    Agents agents,
    Journal journal,
    Replicas replicas,
    WorkQueue queue,
    Budgets budgets,
    Time time,
    Ids ids,
    RunListener listener,
    GatewayLimits limits,
    TenantLimits tenants,
    ReplicaSettings replica,
    Tracing tracing) {

  /** The same with other listeners, who hear everything before the one there is. */
  Shell toldFirst(RunListener... first) {
    var all = new ArrayList<>(List.of(first));
    all.add(listener);
    return new Shell(
        model,
        routing,
        toolbox,
        schemas,
        states,
        rules,
        agents,
        journal,
        replicas,
        queue,
        budgets,
        time,
        ids,
        new Listeners(all),
        limits,
        tenants,
        replica,
        tracing);
  }
}
