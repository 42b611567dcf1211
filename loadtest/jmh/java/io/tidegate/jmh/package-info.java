/** What the inner loops cost: decoders, the fold, the journal's codec, the planner of waves. */
package io.tidegate.jmh;
