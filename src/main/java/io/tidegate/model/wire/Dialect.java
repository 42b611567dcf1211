package io.tidegate.model.wire;

import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Sink;
import java.net.URI;
import java.util.Map;

/** A wire protocol: how a question is put, and how its answer is read. */
public interface Dialect {
  /** Where questions are posted to, below the provider's base address. */
  URI endpoint(URI base);

  /** The headers that every request needs; an empty key is not sent. */
  Map<String, String> headers(String apiKey);

  /**
   * The body of the request.
   *
   * @throws io.tidegate.run.Model.Failed if the question cannot be put
   */
  byte[] request(Ask ask);

  /** Reads the answer to the question and tells the sink. */
  Decoder decoder(Ask ask, Sink sink);
}
