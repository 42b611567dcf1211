/**
 * Reads files and environment; gives validated settings, or all the errors at once, and says what
 * of them may go while the gateway runs. Imports the settings records of the others.
 */
@NullMarked
package io.tidegate.config;

import org.jspecify.annotations.NullMarked;
