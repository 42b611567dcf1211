/**
 * Tells other systems what happened in sessions, at least once and in order. Imports the run ring
 * and Vert.x's HTTP client.
 */
@NullMarked
package io.tidegate.hook;

import org.jspecify.annotations.NullMarked;
