package io.tidegate.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written to a connection and waits in this process for the client to read on. Vert.x's
 * own write queue counts messages once the channel is full, whatever their size, so the bytes are
 * counted here. All on the event loop of the connection.
 */
final class Backlog {
  private final int maxBytes;
  private final Context eventLoop;
  private final List<Runnable> waiting = new ArrayList<>();
  private long bytes;
  private boolean closed;

  Backlog(int maxBytes, Context eventLoop) {
    this.maxBytes = maxBytes;
    this.eventLoop = eventLoop;
  }

  /** Counts bytes until they have left; those of a broken connection never do. */
  void add(int length, Future<Void> written) {
    bytes += length;
    written.onSuccess(left -> remove(length));
  }

  private void remove(int length) {
    boolean wasLittle = little();
    bytes -= length;
    if (!wasLittle && little()) {
      eventLoop.runOnContext(turn -> admit());
    }
  }

  /** Whether as much waits as may. */
  boolean full() {
    return full(0);
  }

  /** Whether as much waits as may, with bytes that are still to be written. */
  boolean full(int unwritten) {
    return !closed && bytes + unwritten >= maxBytes;
  }

  private boolean little() {
    return bytes <= maxBytes / 2;
  }

  /** Runs the task once, when there is room. */
  void whenRoom(Runnable task) {
    if (closed) {
      return;
    }
    waiting.add(task);
    if (little()) {
      eventLoop.runOnContext(turn -> admit());
    }
  }

  /** One after the other, as each may take all the room. */
  private void admit() {
    var ready = List.copyOf(waiting);
    waiting.clear();
    for (var task : ready) {
      if (full()) {
        waiting.add(task);
      } else if (!closed) {
        task.run();
      }
    }
  }

  /** Nobody reads any more. */
  void close() {
    closed = true;
    waiting.clear();
  }
}
