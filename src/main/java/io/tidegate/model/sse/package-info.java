/** Splits a provider's byte stream into server-sent events. Imports {@code java.*} alone. */
@NullMarked
package io.tidegate.model.sse;

import org.jspecify.annotations.NullMarked;
