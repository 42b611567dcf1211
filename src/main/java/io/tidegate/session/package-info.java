/**
 * Remembers runs in Redis, one writer at a time: the journal, its codec, blobs, ownership, alarms.
 * Imports the run ring, Vert.x's Redis client and Jackson.
 */
@NullMarked
package io.tidegate.session;

import org.jspecify.annotations.NullMarked;
