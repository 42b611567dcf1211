package io.tidegate.loop;

/**
 * An event at its place in a session's journal.
 *
 * @param seq its position, from 1 without gaps
 * @param at when it was written, in milliseconds since 1970
 * @param run the run it belongs to, or empty if it belongs to the session
 * @param event what happened
 */
public record Entry(long seq, long at, String run, Event event) {}
