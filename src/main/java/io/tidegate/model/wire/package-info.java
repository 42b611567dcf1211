/**
 * What the wire protocols have in common: how a question is put, how a reply grows, and how names,
 * ids and errors are translated. Imports the run ring and Jackson.
 */
@NullMarked
package io.tidegate.model.wire;

import org.jspecify.annotations.NullMarked;
