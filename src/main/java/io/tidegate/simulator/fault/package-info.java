/** How the simulator fails on demand: kinds of failure, orders for them, and who is struck when. */
@NullMarked
package io.tidegate.simulator.fault;

import org.jspecify.annotations.NullMarked;
