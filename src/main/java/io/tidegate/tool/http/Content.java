package io.tidegate.tool.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.MalformedJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An answer's body as JSON: JSON as it is, text as a string, nothing as null. */
public final class Content {
  private static final int MAX_EXCERPT_CHARS = 2000;

  private static final Set<String> TEXTUAL =
      Set.of(
          "application/xml",
          "application/yaml",
          "application/javascript",
          "application/x-ndjson",
          "application/x-www-form-urlencoded");

  /** A body that can't be read; the message completes "The tool …". */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  private Content() {}

  /** The whole body of an answer that was not cut. */
  public static JsonNode of(Answer answer) throws Unreadable {
    requirePlain(answer.contentEncoding());
    if (answer.body().length() == 0) {
      return NullNode.instance;
    }
    String type = mediaType(answer.contentType());
    requireUtf8(charset(answer.contentType()));
    if (json(type)) {
      return parsed(text(answer, "answered with malformed JSON"));
    }
    if (type.isEmpty() || textual(type)) {
      return guessed(type, text(answer, "answered with text"));
    }
    throw new Unreadable(
        "answered with " + type + ", which is binary; only JSON and text can be read");
  }

  /** What can be told of the body of an answer that is an error, maybe cut: JSON, text or null. */
  public static JsonNode excerpt(Answer answer) {
    try {
      return answer.cut() ? clipped(lossy(answer)) : bounded(of(answer), answer);
    } catch (Unreadable e) {
      return textual(mediaType(answer.contentType())) || json(mediaType(answer.contentType()))
          ? clipped(lossy(answer))
          : NullNode.instance;
    }
  }

  private static JsonNode bounded(JsonNode body, Answer answer) {
    return body.isTextual() ? clipped(lossy(answer)) : body;
  }

  private static JsonNode clipped(String text) {
    boolean fits = text.length() <= MAX_EXCERPT_CHARS;
    return TextNode.valueOf(fits ? text : text.substring(0, MAX_EXCERPT_CHARS) + "…");
  }

  private static String lossy(Answer answer) {
    return answer.body().toString(UTF_8);
  }

  private static void requirePlain(@Nullable String encoding) throws Unreadable {
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new Unreadable(
          "answered with Content-Encoding " + encoding + ", which it was not asked for");
    }
  }

  private static void requireUtf8(String charset) throws Unreadable {
    if (!Set.of("", "utf-8", "utf8", "us-ascii").contains(charset)) {
      throw new Unreadable("answered in charset " + charset + "; only UTF-8 can be read");
    }
  }

  private static String text(Answer answer, String what) throws Unreadable {
    try {
      var bytes = ByteBuffer.wrap(answer.body().getBytes());
      String text = UTF_8.newDecoder().decode(bytes).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new Unreadable(what + " that is not valid UTF-8");
    }
  }

  private static JsonNode parsed(String text) throws Unreadable {
    try {
      return JsonText.parseLenient(text);
    } catch (MalformedJson e) {
      throw new Unreadable("answered with malformed JSON: " + e.getMessage());
    }
  }

  /** Without a content type, what reads as JSON is JSON. */
  private static JsonNode guessed(String type, String text) {
    try {
      return type.isEmpty() ? parsed(text) : TextNode.valueOf(text);
    } catch (Unreadable e) {
      return TextNode.valueOf(text);
    }
  }

  private static boolean json(String type) {
    return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
  }

  private static boolean textual(String type) {
    return type.startsWith("text/") || type.endsWith("+xml") || TEXTUAL.contains(type);
  }

  private static String mediaType(@Nullable String header) {
    return header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static String charset(@Nullable String header) {
    if (header == null) {
      return "";
    }
    for (String parameter : header.toLowerCase(Locale.ROOT).split(";", -1)) {
      if (parameter.strip().startsWith("charset=")) {
        return parameter.strip().substring("charset=".length()).replace("\"", "");
      }
    }
    return "";
  }
}
