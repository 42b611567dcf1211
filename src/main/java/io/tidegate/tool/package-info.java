/**
 * Finds, checks and executes tools: HTTP and built in. Imports the run ring, Vert.x, Jackson, the
 * schema validator and the expression library. Within it the arrows point from here to {@code
 * http}, {@code builtin} and {@code json}, and from those to {@code json} alone.
 */
@NullMarked
package io.tidegate.tool;

import org.jspecify.annotations.NullMarked;
