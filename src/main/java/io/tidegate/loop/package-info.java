/**
 * The agent loop as a pure function: events in, state and effects out; limits, stop reasons, loop
 * detection. Imports {@code conversation} and {@code wave}.
 */
@NullMarked
package io.tidegate.loop;

import org.jspecify.annotations.NullMarked;
