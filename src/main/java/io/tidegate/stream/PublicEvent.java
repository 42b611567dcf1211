package io.tidegate.stream;

import io.vertx.core.buffer.Buffer;

/**
 * An event as clients see it.
 *
 * @param type such as {@code tool.finished}
 * @param seq its place in the journal, or 0 if it is not durable
 * @param json the JSON object that SSE sends as data and a WebSocket as a frame, in UTF-8; not to
 *     be changed
 */
public record PublicEvent(String type, long seq, Buffer json) {
  /** Whether it stands in the journal, so that a client can go on after it. */
  public boolean durable() {
    return seq > 0;
  }
}
