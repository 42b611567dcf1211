/**
 * Runs the Redis server that comes with Tidegate, for those who have none of their own. Imports the
 * run ring.
 */
@NullMarked
package io.tidegate.session.bundled;

import org.jspecify.annotations.NullMarked;
