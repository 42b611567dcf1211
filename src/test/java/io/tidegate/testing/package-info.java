/** Hand-written fakes of the ports that tests of several packages share. */
@NullMarked
package io.tidegate.testing;

import org.jspecify.annotations.NullMarked;
