/**
 * What the guards of all replicas share in Redis: breakers, quotas, places of calls, and results
 * that are kept. Imports the run ring and {@code session.redis}.
 */
@NullMarked
package io.tidegate.session.guard;

import org.jspecify.annotations.NullMarked;
