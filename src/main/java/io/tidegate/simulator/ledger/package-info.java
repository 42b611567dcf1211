/** The ledger: writes down every request before it looks at it, and posts each key once. */
@NullMarked
package io.tidegate.simulator.ledger;

import org.jspecify.annotations.NullMarked;
