package io.tidegate.stream;

/**
 * A client's connection as a feed sees it: an SSE response, or one subscription on a WebSocket. All
 * on one context.
 */
public interface ClientSink {
  /**
   * Writes an event. It may be written even when {@link #full} holds, but then the feed asks first.
   */
  void send(PublicEvent event);

  /** Says which log of the session the events are of that are sent from now on. */
  default void generation(long generation) {}

  /** Whether more than the bound (64 KB) waits in the connection to be read by the client. */
  boolean full();

  /** Runs the task once when the connection has room again. */
  void whenRoom(Runnable task);

  /** Tells the client that nothing more comes. */
  void end();
}
