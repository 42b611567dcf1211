/**
 * Turns run events into numbers, spans and log lines. Imports the run ring, Vert.x's core and
 * Micrometer.
 */
@NullMarked
package io.tidegate.meter;

import org.jspecify.annotations.NullMarked;
