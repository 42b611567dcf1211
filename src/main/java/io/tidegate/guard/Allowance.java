package io.tidegate.guard;

/**
 * Extras in proportion to what is usual: each usual thing earns a share of an extra, and what is
 * earned is kept up to a limit. Any thread may call it.
 */
final class Allowance {
  private static final double ROUNDING = 1e-9;

  private final double share;
  private final double most;
  private double earned;

  /**
   * @param share of an extra that each usual thing earns, from 0 to 1
   * @param most that can be kept, in extras
   * @param first what it begins with
   */
  Allowance(double share, double most, double first) {
    this.share = share;
    this.most = most;
    this.earned = first;
  }

  synchronized void earn() {
    earned = Math.min(most, earned + share);
  }

  /** Spends one extra, if there is one. */
  synchronized boolean spend() {
    if (earned + ROUNDING < 1) {
      return false;
    }
    earned -= 1;
    return true;
  }
}
