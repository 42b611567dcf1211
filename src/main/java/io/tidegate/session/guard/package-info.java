/**
 * What the guards of all replicas share in Redis: breakers and quotas. Imports the run ring and
 * {@code session.redis}.
 */
@NullMarked
package io.tidegate.session.guard;

import org.jspecify.annotations.NullMarked;
