package io.tidegate.model.wire;

import io.tidegate.conversation.Reply;
import java.io.IOException;

/** Reads a streamed answer, event by event. */
public interface Decoder {
  /**
   * Reads the data of one event. The event's type is not needed: both protocols repeat it there.
   *
   * @throws IOException if the data is no well-formed JSON object in UTF-8
   * @throws io.tidegate.run.Model.Failed if the data is an error, or not what the protocol says
   */
  void event(byte[] data, int start, int end) throws IOException;

  /** Whether the protocol's end mark was read; what follows it means nothing. */
  boolean ended();

  /**
   * The whole reply.
   *
   * @throws io.tidegate.run.Model.Failed if the stream ended before the reply did
   */
  Reply reply();
}
