/**
 * The words: immutable values that pass between people, models and tools. Imports {@code java.*}
 * alone.
 */
@NullMarked
package io.tidegate.conversation;

import org.jspecify.annotations.NullMarked;
