/** What the built-in tools do. Knows JSON and the clock that it is given. */
@NullMarked
package io.tidegate.tool.builtin;

import org.jspecify.annotations.NullMarked;
