/**
 * Measures the gateway against its targets, and against a bare program that makes the same calls.
 * Everything measured is a process of its own; figures come from the operating system and from
 * clients, not from the gateway.
 */
package io.tidegate.benchmark;
