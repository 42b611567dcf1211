package io.tidegate.guard;

import io.tidegate.run.RetryBudget;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One replica's retry budgets, one a server of the configuration. */
public final class RetryBudgets implements RetryBudget.Source {
  /** Retries that a server has when it was asked little so far. */
  private static final int RESERVE = 10;

  private final Supplier<ToolGuardSettings> settings;
  private final GuardListener listener;
  private final Map<String, RetryBudget> byServer = new ConcurrentHashMap<>();

  public RetryBudgets(Supplier<ToolGuardSettings> settings, GuardListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  @Override
  public RetryBudget of(String server) {
    return byServer.computeIfAbsent(
        server, _ -> new Shared(server, settings.get().server(server).retryBudget()));
  }

  private final class Shared implements RetryBudget {
    private final String server;
    private final Allowance allowance;

    Shared(String server, double share) {
      this.server = server;
      this.allowance = new Allowance(share, RESERVE, share == 0 ? 0 : RESERVE);
    }

    @Override
    public void first() {
      allowance.earn();
    }

    @Override
    public boolean again() {
      boolean may = allowance.spend();
      if (may) {
        listener.toolRetried(server);
      } else {
        listener.toolRetryRefused(server);
      }
      return may;
    }
  }
}
