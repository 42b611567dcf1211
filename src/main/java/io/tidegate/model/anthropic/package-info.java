/** Speaks Anthropic's Messages protocol. Imports the wire package, the run ring and Jackson. */
@NullMarked
package io.tidegate.model.anthropic;

import org.jspecify.annotations.NullMarked;
