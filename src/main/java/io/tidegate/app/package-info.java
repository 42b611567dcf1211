/** The only place that wires: start, stop, command line, demo. Imports everything. */
@NullMarked
package io.tidegate.app;

import org.jspecify.annotations.NullMarked;
