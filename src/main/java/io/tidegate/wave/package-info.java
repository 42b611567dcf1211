/** Which tool calls may run together, and in which order. Imports {@code conversation}. */
@NullMarked
package io.tidegate.wave;

import org.jspecify.annotations.NullMarked;
