/**
 * Budgets in Redis: all of a tenant's in one slot, each change one script. Imports the run ring.
 */
@NullMarked
package io.tidegate.session.budget;

import org.jspecify.annotations.NullMarked;
