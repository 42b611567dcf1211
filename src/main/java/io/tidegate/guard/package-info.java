/**
 * Keeps a sick neighbour from making us sick: breakers, bulkheads, rate limits, hedges, and whom to
 * ask next. Imports the run ring and Resilience4j.
 */
@NullMarked
package io.tidegate.guard;

import org.jspecify.annotations.NullMarked;
