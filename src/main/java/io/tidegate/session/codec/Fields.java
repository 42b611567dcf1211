package io.tidegate.session.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Pin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, read by name and type. A field that nobody asks for is ignored; one
 * that is missing or of another type is an error that names the place.
 */
final class Fields {
  /** For an object that refers to nothing. */
  static final Blobs NO_BLOBS =
      new Blobs() {
        @Override
        public String text(String digest) {
          throw FormatException.broken("blob " + digest, "nothing may refer to it here");
        }

        @Override
        public Pin pin(String digest) {
          throw FormatException.broken("pin " + digest, "nothing may refer to it here");
        }
      };

  private final String where;
  private final JsonNode node;
  private final Blobs blobs;

  Fields(String where, JsonNode node, Blobs blobs) {
    this.where = where;
    this.node = node;
    this.blobs = blobs;
  }

  /** What the references of an entry stand for. */
  interface Blobs {
    String text(String digest);

    Pin pin(String digest);

    /** A text that must be a JSON document; what was written here is known to be one. */
    default Json json(String where, String text) {
      return new Json(text);
    }
  }

  String where() {
    return where;
  }

  String text(String name) {
    return text(name, required(name));
  }

  @Nullable String textOrNull(String name) {
    var value = optional(name);
    return value == null ? null : text(name, value);
  }

  /** A text that is written only when it says something. */
  String textOr(String name, String standard) {
    var text = textOrNull(name);
    return text == null ? standard : text;
  }

  Json json(String name) {
    return blobs.json(where, text(name));
  }

  @Nullable Json jsonOrNull(String name) {
    var text = textOrNull(name);
    return text == null ? null : blobs.json(where, text);
  }

  List<String> texts(String name) {
    var texts = new ArrayList<String>();
    for (var value : array(name)) {
      texts.add(text(name, value));
    }
    return texts;
  }

  /** A list that is written only when something is in it. */
  List<String> textsOrNone(String name) {
    return optional(name) == null ? List.of() : texts(name);
  }

  long number(String name) {
    return number(name, required(name));
  }

  @Nullable Long numberOrNull(String name) {
    var value = optional(name);
    return value == null ? null : number(name, value);
  }

  int integer(String name) {
    return Math.toIntExact(number(name));
  }

  @Nullable Integer integerOrNull(String name) {
    var number = numberOrNull(name);
    return number == null ? null : Math.toIntExact(number);
  }

  @Nullable Usd usdOrNull(String name) {
    var nanos = numberOrNull(name);
    return nanos == null ? null : new Usd(nanos);
  }

  @Nullable Double decimalOrNull(String name) {
    var value = optional(name);
    return value == null ? null : value.doubleValue();
  }

  /** A flag that is written only when it is set. */
  boolean flagOrFalse(String name) {
    return optional(name) != null && flag(name);
  }

  boolean flag(String name) {
    var value = required(name);
    check(value.isBoolean(), name, "true or false");
    return value.booleanValue();
  }

  <E extends Enum<E>> E word(String name, Class<E> words) {
    var word = text(name);
    try {
      return Enum.valueOf(words, word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw FormatException.newer(where, name + " '" + word + "'");
    }
  }

  <E extends Enum<E>> @Nullable E wordOrNull(String name, Class<E> words) {
    return textOrNull(name) == null ? null : word(name, words);
  }

  Fields object(String name) {
    return object(name, required(name));
  }

  @Nullable Fields objectOrNull(String name) {
    var value = optional(name);
    return value == null ? null : object(name, value);
  }

  List<Fields> objects(String name) {
    var objects = new ArrayList<Fields>();
    for (var value : array(name)) {
      objects.add(object(name, value));
    }
    return objects;
  }

  Pin pin(String name) {
    return blobs.pin(reference(name, required(name)));
  }

  private String text(String name, JsonNode value) {
    return value.isObject() ? blobs.text(reference(name, value)) : inline(name, value);
  }

  private String inline(String name, JsonNode value) {
    check(value.isTextual(), name, "a text");
    return value.textValue();
  }

  private String reference(String name, JsonNode value) {
    return inline(name, new Fields(where, value, blobs).required("ref"));
  }

  private long number(String name, JsonNode value) {
    check(value.canConvertToLong() && value.isIntegralNumber(), name, "a whole number");
    return value.longValue();
  }

  private Fields object(String name, JsonNode value) {
    check(value.isObject(), name, "an object");
    return new Fields(where, value, blobs);
  }

  private JsonNode array(String name) {
    var value = required(name);
    check(value.isArray(), name, "an array");
    return value;
  }

  private JsonNode required(String name) {
    var value = optional(name);
    if (value == null) {
      throw FormatException.broken(where, "it has no '" + name + "'");
    }
    return value;
  }

  private @Nullable JsonNode optional(String name) {
    var value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private void check(boolean holds, String name, String wanted) {
    if (!holds) {
      throw FormatException.broken(where, "'" + name + "' is not " + wanted);
    }
  }
}
