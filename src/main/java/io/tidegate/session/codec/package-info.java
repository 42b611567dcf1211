/**
 * The journal's written form: events as JSON objects, large texts as blobs. Imports the run ring
 * and Jackson.
 */
@NullMarked
package io.tidegate.session.codec;

import org.jspecify.annotations.NullMarked;
