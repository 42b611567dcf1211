/**
 * Sends run events to a client no faster than it reads. Imports the run ring, {@code io.vertx.core}
 * and Jackson's generator.
 */
@NullMarked
package io.tidegate.stream;

import org.jspecify.annotations.NullMarked;
