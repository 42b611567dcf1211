package io.tidegate.simulator.ledger;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Where entries go. */
public interface Posting {
  /** Posts a body under an Idempotency-Key, or none. */
  Future<LedgerAnswer> post(@Nullable String key, String body);
}
