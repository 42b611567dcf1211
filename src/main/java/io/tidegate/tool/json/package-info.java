/**
 * Reads JSON strictly, writes it canonically, and holds it against schemas. Knows Jackson and the
 * schema validator, and nothing of tools.
 */
@NullMarked
package io.tidegate.tool.json;

import org.jspecify.annotations.NullMarked;
