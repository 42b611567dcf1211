/**
 * A model provider and tools that speak the real wire formats, for demos, tests and load: scripted,
 * and able to fail on demand. Imports Vert.x, Jackson and JSONata, and nothing of the gateway.
 */
@NullMarked
package io.tidegate.simulator;

import org.jspecify.annotations.NullMarked;
