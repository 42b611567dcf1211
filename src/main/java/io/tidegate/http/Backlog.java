package io.tidegate.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private long leaving;
  private boolean closed;
  private @Nullable Runnable onEmpty;

  Backlog(int maxBytes, Context eventLoop) {
    this.maxBytes = maxBytes;
    this.eventLoop = eventLoop;
  }

  /** Counts bytes until they have left; those of a broken connection never do. */
  void add(int length, Future<Void> written) {
    hold(length);
    sent(length, written);
  }

  /** Counts bytes that are written later. */
  void hold(int length) {
    bytes += length;
  }

  /** Bytes that were held are being written. */
  void sent(int length, Future<Void> written) {
    leaving += length;
    written.onSuccess(left -> remove(length));
  }

  private void remove(int length) {
    boolean wasLittle = little();
    bytes -= length;
    leaving -= length;
    if (leaving == 0 && onEmpty != null) {
      var task = onEmpty;
      onEmpty = null;
      eventLoop.runOnContext(turn -> task.run());
    }
    if (!wasLittle && little()) {
      eventLoop.runOnContext(turn -> admit());
    }
  }

  /** Whether as much waits as may. */
  boolean full() {
    return !closed && bytes >= maxBytes;
  }

  /** Whether all that was written has left this process. */
  boolean empty() {
    return leaving == 0;
  }

  /** Runs the task once, when all that was written has left; in the place of an earlier task. */
  void whenEmpty(Runnable task) {
    onEmpty = task;
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
    onEmpty = null;
    waiting.clear();
  }
}
