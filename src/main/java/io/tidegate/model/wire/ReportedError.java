package io.tidegate.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import java.util.List;
import java.util.Locale;

/**
 * An error as a provider words it, in an HTTP answer or in the middle of a stream.
 *
 * @param code the most telling of its {@code code} and {@code type}, or empty
 * @param message its sentence for people, or empty
 */
public record ReportedError(String code, String message) {
  public static final ReportedError NONE = new ReportedError("", "");
  private static final int MAX_MESSAGE = 500;

  private static final List<String> CONTEXT_FULL =
      List.of(
          "context_length_exceeded",
          "prompt is too long",
          "context length",
          "context window",
          "context limit",
          "exceed_context_size");

  /**
   * Finds the error in a document: {@code {"error": {"message", "type", "code"}}}, or one of the
   * other forms that servers of the same protocols use.
   */
  public static ReportedError in(JsonNode document) {
    JsonNode error = document.path("error");
    return of(error.isMissingNode() || error.isNull() ? document : error);
  }

  /** Reads the error itself: an object, or its sentence alone. */
  public static ReportedError of(JsonNode error) {
    if (error.isTextual()) {
      return new ReportedError("", error.asText());
    }
    String message = text(error, "message");
    return new ReportedError(code(error), message.isEmpty() ? text(error, "detail") : message);
  }

  private static String code(JsonNode error) {
    String code = text(error, "code");
    return code.isEmpty() ? text(error, "type") : code;
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
  }

  /** The failure that an error in the middle of a stream, after a status of 200, stands for. */
  public ModelFailure inStream() {
    return ModelFailure.of(kind(), "the provider broke the reply off: " + sentence());
  }

  /** What an error of a given HTTP status stands for. */
  public Kind kind(int status) {
    return switch (status) {
      case 401, 402, 403 -> Kind.UNAUTHORIZED;
      case 408, 409 -> Kind.OVERLOADED;
      case 429 -> Kind.RATE_LIMITED;
      default ->
          status >= 500 ? Kind.OVERLOADED : contextFull() ? Kind.CONTEXT_FULL : Kind.REJECTED;
    };
  }

  /** The provider's words in one line of a bounded length. */
  public String sentence() {
    String words = message.isEmpty() ? code : message;
    String line = words.isEmpty() ? "it gave no reason" : words.replaceAll("\\s+", " ").strip();
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
  }

  private Kind kind() {
    if (contextFull()) {
      return Kind.CONTEXT_FULL;
    }
    return switch (code) {
      case "rate_limit_error", "rate_limit_exceeded", "rate_limited" -> Kind.RATE_LIMITED;
      case "authentication_error", "permission_error", "billing_error", "invalid_api_key" ->
          Kind.UNAUTHORIZED;
      case "invalid_request_error", "not_found_error", "request_too_large", "invalid_prompt" ->
          Kind.REJECTED;
      default -> code.matches("[45][0-9]{2}") ? kind(Integer.parseInt(code)) : Kind.OVERLOADED;
    };
  }

  private boolean contextFull() {
    String words = (code + " " + message).toLowerCase(Locale.ROOT);
    return CONTEXT_FULL.stream().anyMatch(words::contains);
  }
}
