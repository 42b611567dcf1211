package io.tidegate.stream;

import io.tidegate.run.SessionId;

/** Hears how feeds fare, on each client's own context; it must not block. */
public interface FeedListener {
  FeedListener NONE = new FeedListener() {};

  /** A client begins to be sent events. */
  default void opened(SessionId session) {}

  /** It is sent no more; said once for each that was opened. */
  default void closed(SessionId session) {}

  /** A client that lagged has room again. */
  default void recovered(SessionId session) {}

  /** A client is not reading fast enough: it is sent nothing until its connection has room. */
  default void lagged(SessionId session) {}

  /** The journal could not be read, and the feed was ended. */
  default void failed(SessionId session, Throwable cause) {}
}
