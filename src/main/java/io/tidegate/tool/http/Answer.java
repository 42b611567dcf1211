package io.tidegate.tool.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What a tool answered.
 *
 * @param body at most as many bytes as were asked for
 * @param cut whether there was more
 * @param length the body's whole length if the tool announced it, otherwise -1
 */
public record Answer(
    int status,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable String retryAfter,
    Buffer body,
    boolean cut,
    long length) {

  public boolean ok() {
    return status >= 200 && status < 300;
  }

  public boolean redirect() {
    return status >= 300 && status < 400;
  }
}
