/** The simulated model provider: OpenAI Chat Completions and Anthropic Messages on the wire. */
@NullMarked
package io.tidegate.simulator.model;

import org.jspecify.annotations.NullMarked;
