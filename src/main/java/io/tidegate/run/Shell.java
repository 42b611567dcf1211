package io.tidegate.run;

import java.util.List;

/** All that a run needs of the world. */
public record Shell(
    Model model,
    Toolbox toolbox,
    Schemas schemas,
    Rules rules,
    Agents agents,
    Journal journal,
    Time time,
    Ids ids,
    RunListener listener,
    GatewayLimits limits) {

  /** The same with another listener, who hears everything before the one there is. */
  Shell toldFirst(RunListener first) {
    return new Shell(
        model,
        toolbox,
        schemas,
        rules,
        agents,
        journal,
        time,
        ids,
        new Listeners(List.of(first, listener)),
        limits);
  }
}
