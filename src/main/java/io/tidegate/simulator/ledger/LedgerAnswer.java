package io.tidegate.simulator.ledger;

/**
 * What the ledger answers to a request.
 *
 * @param status the HTTP status
 * @param body JSON
 * @param repeated whether the same request had been answered before, and this is that answer
 */
public record LedgerAnswer(int status, String body, boolean repeated) {
  LedgerAnswer again() {
    return new LedgerAnswer(status, body, true);
  }
}
