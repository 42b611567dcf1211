/** Turns run events into numbers. Imports the run ring and Micrometer. */
@NullMarked
package io.tidegate.meter;

import org.jspecify.annotations.NullMarked;
