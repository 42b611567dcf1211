/**
 * Speaks OpenAI's Chat Completions protocol, and forgives what compatible servers do to it. Imports
 * the wire package, the run ring and Jackson.
 */
@NullMarked
package io.tidegate.model.openai;

import org.jspecify.annotations.NullMarked;
