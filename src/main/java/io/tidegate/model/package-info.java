/**
 * Speaks to model providers, translates both ways, one package a protocol. Imports the run ring,
 * Vert.x's HTTP client and Jackson.
 */
@NullMarked
package io.tidegate.model;

import org.jspecify.annotations.NullMarked;
