package io.tidegate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.ReportedError;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer as far as it says whether a reply follows.
 *
 * @param status the HTTP status
 * @param headers the headers
 */
record Answer(int status, MultiMap headers) {
  private static final String MOVED =
      "it is somewhere else; set the provider's base-url to the address it redirects to";

  /**
   * Whether the body may be a stream of events. Some servers forget its content type, so only what
   * is surely something else is refused.
   */
  boolean streams() {
    String type = contentType();
    return status / 100 == 2 && !type.contains("json") && !type.contains("html");
  }

  /**
   * Whether providers charge nothing for it: they refused the question or failed to take it up. A
   * gateway between may have lost a reply that was made.
   */
  boolean free() {
    return status / 100 != 2 && status != 502 && status != 504;
  }

  /** What an answer without a stream means, given its body or the beginning of it. */
  ModelFailure failure(byte[] body, long now) {
    if (status / 100 == 2) {
      return noStream(body);
    }
    var error = error(body);
    String sentence = "it answered " + status + ": " + (redirects() ? MOVED : error.sentence());
    var kind = error.kind(status);
    return new ModelFailure(kind, sentence, waitMs(kind, now));
  }

  /** What it asks for, or else when what is used up comes back. */
  private @Nullable Long waitMs(Kind kind, long now) {
    var asked = RetryAfter.ms(headers, now);
    boolean unsaid = asked == null && kind == Kind.RATE_LIMITED;
    return unsaid ? RateHeaders.emptyMs(headers, now) : asked;
  }

  private boolean redirects() {
    return status / 100 == 3;
  }

  private ModelFailure noStream(byte[] body) {
    if (tree(body).has("error")) {
      return error(body).inStream();
    }
    return ModelFailure.of(
        Kind.MALFORMED,
        "it answered with "
            + contentType()
            + " where a stream of events was asked for; check its base-url, and that it can"
            + " stream");
  }

  private String contentType() {
    String type = headers.get("content-type");
    return type == null ? "" : type.toLowerCase(Locale.ROOT);
  }

  private static ReportedError error(byte[] body) {
    JsonNode document = tree(body);
    if (!document.isMissingNode()) {
      return ReportedError.in(document);
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return text.startsWith("<") ? ReportedError.NONE : new ReportedError("", text);
  }

  private static JsonNode tree(byte[] body) {
    try {
      return JsonIo.tree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }
}
