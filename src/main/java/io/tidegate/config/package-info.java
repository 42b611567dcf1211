/**
 * Reads files and environment once; gives validated settings, or all the errors at once. Imports
 * the settings records of the others.
 */
@NullMarked
package io.tidegate.config;

import org.jspecify.annotations.NullMarked;
