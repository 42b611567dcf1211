/** Turns what runs do into spans, and sends them. Imports the run ring and OpenTelemetry. */
@NullMarked
package io.tidegate.meter.trace;

import org.jspecify.annotations.NullMarked;
