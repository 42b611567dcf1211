/**
 * Performs effects on one context a run, and owns the ports: {@code Model}, {@code Toolbox}, {@code
 * Journal}, {@code Rules}, {@code RunListener}. Imports the pure ring and {@code io.vertx.core}.
 */
@NullMarked
package io.tidegate.run;

import org.jspecify.annotations.NullMarked;
