/** The floor: a bare program that makes the same calls as a run, and nothing more. */
package io.tidegate.benchmark.floor;
