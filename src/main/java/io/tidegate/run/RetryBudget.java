package io.tidegate.run;

/**
 * How many tries beyond the first a server gets: a share of what it is asked anyway, so that
 * retries can't multiply an outage. Any thread may call it.
 */
public interface RetryBudget {
  /** A call is sent for the first time, which earns a share of a further try. */
  void first();

  /** Spends a further try, if there is one. */
  boolean again();

  /** The budgets by server. */
  interface Source {
    /**
     * The one that all calls of the server share.
     *
     * @param server scheme, host and port
     */
    RetryBudget of(String server);
  }
}
