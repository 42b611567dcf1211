/** What a simulated model says: scenario files with rules over the conversation so far. */
@NullMarked
package io.tidegate.simulator.scenario;

import org.jspecify.annotations.NullMarked;
