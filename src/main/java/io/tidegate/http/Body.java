package io.tidegate.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that a client sent, read field by field. {@link #done} raises everything that is
 * wrong with it at once: wrong types, missing fields and those that nobody asked for.
 */
final class Body {
  private static final int MOST_OF_A_NAME = 64;

  private final ObjectNode json;
  private final String path;
  private final Flaws flaws;
  private final Set<String> asked = new LinkedHashSet<>();
  private final Set<String> aliases = new LinkedHashSet<>();
  private final List<Body> inner = new ArrayList<>();

  private Body(ObjectNode json, String path, Flaws flaws) {
    this.json = json;
    this.path = path;
    this.flaws = flaws;
  }

  static Body of(ObjectNode json) {
    return new Body(json, "", new Flaws());
  }

  static Body empty() {
    return of(Wire.object());
  }

  static Body parse(Buffer buffer) {
    return of(Wire.read(buffer));
  }

  static Body parse(String text) {
    return of(Wire.read(text));
  }

  Field<String> text(String name) {
    var node = find(name);
    return node != null && node.isTextual()
        ? found(name, encodable(name, node.textValue()), "")
        : wrong(name, node, "a string", "");
  }

  Field<Boolean> flag(String name) {
    var node = find(name);
    return node != null && node.isBoolean()
        ? found(name, node.booleanValue(), false)
        : wrong(name, node, "true or false", false);
  }

  /** A list of strings. */
  Field<List<String>> texts(String name) {
    var node = find(name);
    if (node == null || !node.isArray() || !allTexts(node)) {
      return wrong(name, node, "a list of strings", List.of());
    }
    var texts = new ArrayList<String>();
    node.forEach(text -> texts.add(encodable(name, text.textValue())));
    return found(name, List.copyOf(texts), List.of());
  }

  private static boolean allTexts(JsonNode list) {
    for (var node : list) {
      if (!node.isTextual()) {
        return false;
      }
    }
    return true;
  }

  /** A whole number that fits into 64 bits; the first name is the documented one. */
  Field<Long> whole(String... names) {
    var node = find(names);
    return node != null && node.isIntegralNumber() && node.canConvertToLong()
        ? found(names[0], node.longValue(), 0L)
        : wrong(names[0], node, "a whole number", 0L);
  }

  /** A whole number that fits into 32 bits; the first name is the documented one. */
  Field<Integer> count(String... names) {
    var node = find(names);
    return node != null && node.isIntegralNumber() && node.canConvertToInt()
        ? found(names[0], node.intValue(), 0)
        : wrong(names[0], node, "a whole number below 2147483648", 0);
  }

  /** An amount in US dollars, as a decimal string or a number. */
  Field<Usd> usd(String... names) {
    var node = find(names);
    if (node == null || !(node.isTextual() || node.isNumber())) {
      return wrong(names[0], node, "a decimal string such as \"0.50\"", Usd.ZERO);
    }
    try {
      return found(names[0], Usd.parse(node.asText()), Usd.ZERO);
    } catch (IllegalArgumentException e) {
      return refused(names[0], e, Usd.ZERO);
    }
  }

  /** A duration in milliseconds, or as text such as {@code 10m}. */
  Field<Long> millis(String name) {
    var node = find(name);
    if (node == null || !node.isTextual()) {
      var expected = "a duration such as \"10m\", or milliseconds";
      return node != null && node.isIntegralNumber() && node.canConvertToLong()
          ? found(name, node.longValue(), 0L)
          : wrong(name, node, expected, 0L);
    }
    try {
      return found(name, Millis.parse(node.textValue()), 0L);
    } catch (IllegalArgumentException e) {
      return refused(name, e, 0L);
    }
  }

  /** One of the enum's constants, in lower case. */
  <E extends Enum<E>> Field<E> choice(String name, Class<E> type) {
    var constants = type.getEnumConstants();
    var node = find(name);
    if (node == null || !node.isTextual()) {
      return wrong(name, node, oneOf(constants), constants[0]);
    }
    for (var constant : constants) {
      if (wire(constant).equals(node.textValue())) {
        return found(name, constant, constants[0]);
      }
    }
    flaws.invalid(at(name), "must be " + oneOf(constants));
    return new Field<>(flaws, at(name), true, null, constants[0]);
  }

  private static String oneOf(Enum<?>[] constants) {
    return Arrays.stream(constants)
        .map(Body::wire)
        .collect(Collectors.joining(", ", "one of ", ""));
  }

  private static String wire(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Any JSON value but null. */
  Field<Json> json(String name) {
    var node = find(name);
    return node == null
        ? wrong(name, null, "", Json.NULL)
        : found(name, json(name, node), Json.NULL);
  }

  /** A JSON object, as it is. */
  Field<Json> object(String name) {
    var node = find(name);
    return node != null && node.isObject()
        ? found(name, json(name, node), Json.EMPTY_OBJECT)
        : wrong(name, node, "an object", Json.EMPTY_OBJECT);
  }

  /** All of it, as it is. */
  Json whole() {
    json.fieldNames().forEachRemaining(asked::add);
    return json("", json);
  }

  /** What is said to a model: a string as it is, any other value as its JSON text. */
  Field<String> input(String name) {
    var node = find(name);
    return node == null || node.isTextual() ? text(name) : found(name, json(name, node).text(), "");
  }

  private Json json(String name, JsonNode node) {
    return new Json(encodable(name, Wire.text(node)));
  }

  private String encodable(String name, String text) {
    if (!Wire.encodable(text)) {
      flaws.malformed(at(name), "holds half a surrogate pair, which is no Unicode text");
    }
    return text;
  }

  /** An object inside, read field by field too; without it all its fields are missing. */
  Body inner(String name) {
    var node = find(name);
    if (node != null && !node.isObject()) {
      wrong(name, node, "an object", Json.NULL);
    }
    var body =
        new Body(node instanceof ObjectNode object ? object : Wire.object(), at(name), flaws);
    inner.add(body);
    return body;
  }

  /** Whether there is an object of that name to read. */
  boolean has(String name) {
    var node = find(name);
    return node != null && node.isObject();
  }

  /** Records a flaw that more than one field has part in. */
  void invalid(String name, String sentence) {
    flaws.invalid(at(name), sentence);
  }

  /** Raises a {@link Problem} if anything is wrong. */
  void done() {
    nameUnknown();
    flaws.raise();
  }

  private void nameUnknown() {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!asked.contains(name) && !aliases.contains(name)) {
                flaws.malformed(at(name), "is not a known field; known are " + known());
              }
            });
    inner.forEach(Body::nameUnknown);
  }

  private String known() {
    return asked.isEmpty() ? "none" : String.join(", ", asked);
  }

  /** The documented names of all fields that were asked for. */
  Set<String> asked() {
    return asked;
  }

  /** The documented names of all fields that were asked for in objects inside. */
  Set<String> askedInside() {
    var names = new LinkedHashSet<String>();
    inner.forEach(body -> names.addAll(body.asked));
    return names;
  }

  private @Nullable JsonNode find(String... names) {
    asked.add(names[0]);
    aliases.addAll(Arrays.asList(names));
    return Arrays.stream(names)
        .map(json::get)
        .filter(node -> node != null && !node.isNull())
        .findFirst()
        .orElse(null);
  }

  private <T> Field<T> found(String name, T value, T placeholder) {
    return new Field<>(flaws, at(name), true, value, placeholder);
  }

  private <T> Field<T> wrong(String name, @Nullable JsonNode node, String expected, T placeholder) {
    if (node != null) {
      flaws.malformed(at(name), "must be " + expected + ", was " + kind(node));
    }
    return new Field<>(flaws, at(name), node != null, null, placeholder);
  }

  private <T> Field<T> refused(String name, IllegalArgumentException why, T placeholder) {
    flaws.invalid(at(name), String.valueOf(why.getMessage()));
    return new Field<>(flaws, at(name), true, null, placeholder);
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "a string";
      case BOOLEAN -> node.asText();
      case NUMBER -> "the number " + shortened(node.asText());
      case NULL, MISSING -> "null";
    };
  }

  private String at(String name) {
    return path.isEmpty() ? shortened(name) : path + "." + shortened(name);
  }

  private static String shortened(String name) {
    return name.length() <= MOST_OF_A_NAME ? name : name.substring(0, MOST_OF_A_NAME) + "…";
  }
}
