/**
 * The rules of code over the model: approvals, permissions, choices, in CEL. Imports the run ring
 * and CEL.
 */
@NullMarked
package io.tidegate.policy;

import org.jspecify.annotations.NullMarked;
