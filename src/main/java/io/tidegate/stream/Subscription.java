package io.tidegate.stream;

import io.tidegate.run.SessionId;

/**
 * What a client wants to see of a session.
 *
 * @param after the seq of the last entry that it has, or 0
 * @param generation which log of the session that is, counted from 1
 * @param until where the feed ends by itself
 */
public record Subscription(SessionId session, long after, long generation, Until until) {}
