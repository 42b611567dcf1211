/**
 * Speaks to Redis: pipelined connections that come back by themselves, and scripts. Imports the run
 * ring and Vert.x's Redis client.
 */
@NullMarked
package io.tidegate.session.redis;

import org.jspecify.annotations.NullMarked;
