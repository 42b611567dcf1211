/** What the simulator's endpoints share: JSON, request bodies and answers. */
@NullMarked
package io.tidegate.simulator.web;

import org.jspecify.annotations.NullMarked;
