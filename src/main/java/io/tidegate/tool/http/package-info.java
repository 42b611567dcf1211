/**
 * One HTTP request to a tool: made from templates, sent, and its answer read within bounds. Knows
 * nothing of tries and outcomes.
 */
@NullMarked
package io.tidegate.tool.http;

import org.jspecify.annotations.NullMarked;
