package io.tidegate.stream;

import io.tidegate.run.SessionId;

/** Hears how feeds fare, on each client's own context; it must not block. */
public interface FeedListener {
  FeedListener NONE = new FeedListener() {};

  /** A client is not reading fast enough: it is sent nothing until its connection has room. */
  default void lagged(SessionId session) {}

  /** The journal could not be read, and the feed was ended. */
  default void failed(SessionId session, Throwable cause) {}
}
