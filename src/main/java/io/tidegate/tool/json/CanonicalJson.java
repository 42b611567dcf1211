package io.tidegate.tool.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;

/**
 * JSON in the one form that equal documents share: RFC 8785 (JCS), extended to numbers that a
 * double can't hold.
 *
 * <p>RFC 8785 makes a double of every number, which would turn the id 9007199254740993 into another
 * one. As the canonical arguments are the ones that are sent, no digit may be lost: a number is
 * written by its own decimal digits, without trailing zeros, laid out as ECMAScript would. This is
 * RFC 8785's text for every number that is the shortest way to write its double, so for all that
 * JavaScript, Python or Java print. A number with more than 17 digits is no such double and is
 * written in plain notation. Equal values still give equal text, and different values never do.
 *
 * <p>Libraries of RFC 8785 parse the text themselves, a second time and with doubles; this works on
 * the tree that the check has anyway.
 */
public final class CanonicalJson {

  /** The most decimal places before or after the point. Writing a number out stays cheap. */
  private static final int MAX_MAGNITUDE = 1000;

  private static final int DIGITS_OF_DOUBLE = 17;

  private final StringBuilder out = new StringBuilder(256);

  private CanonicalJson() {}

  /** The document's canonical form. Fails for lone surrogates and for numbers beyond 1e±1000. */
  public static Json write(JsonNode tree) throws MalformedJson {
    var canonical = new CanonicalJson();
    canonical.value(tree);
    return new Json(canonical.out.toString());
  }

  private void value(JsonNode node) throws MalformedJson {
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> string(node.textValue());
      case NUMBER -> out.append(number(node));
      case BOOLEAN -> out.append(node.booleanValue());
      case NULL -> out.append("null");
      case MISSING, BINARY, POJO ->
          throw new IllegalArgumentException("not JSON: " + node.getNodeType());
    }
  }

  private void object(JsonNode object) throws MalformedJson {
    var names = new ArrayList<String>(object.size());
    object.fieldNames().forEachRemaining(names::add);
    // RFC 8785 section 3.2.3: by UTF-16 code units, which is how Java compares strings.
    Collections.sort(names);
    char separator = '{';
    for (String name : names) {
      out.append(separator);
      string(name);
      out.append(':');
      value(object.get(name));
      separator = ',';
    }
    out.append(names.isEmpty() ? "{}" : "}");
  }

  private void array(JsonNode array) throws MalformedJson {
    char separator = '[';
    for (JsonNode element : array) {
      out.append(separator);
      value(element);
      separator = ',';
    }
    out.append(array.isEmpty() ? "[]" : "]");
  }

  private void string(String text) throws MalformedJson {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        i = pair(text, i);
      } else {
        character(c);
      }
    }
    out.append('"');
  }

  /** Appends the pair of surrogates that begins here, and gives the index of its second half. */
  private int pair(String text, int high) throws MalformedJson {
    int low = high + 1;
    if (low == text.length() || !Character.isSurrogatePair(text.charAt(high), text.charAt(low))) {
      throw new MalformedJson(
          "a string holds half of a surrogate pair (\\u%04x), which is no character"
              .formatted((int) text.charAt(high)));
    }
    out.append(text.charAt(high)).append(text.charAt(low));
    return low;
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20) {
          out.append("\\u%04x".formatted((int) c));
        } else {
          out.append(c);
        }
      }
    }
  }

  /** The number's canonical text. */
  public static String number(JsonNode node) throws MalformedJson {
    if (node.canConvertToLong() && node.isIntegralNumber()) {
      return Long.toString(node.longValue());
    }
    return number(node.decimalValue());
  }

  private static String number(BigDecimal value) throws MalformedJson {
    if (value.signum() == 0) {
      return "0";
    }
    long magnitude = (long) value.precision() - value.scale();
    if (Math.abs(magnitude) > MAX_MAGNITUDE) {
      throw new MalformedJson("a number is out of range: its exponent is beyond ±" + MAX_MAGNITUDE);
    }
    BigDecimal shortest = value.stripTrailingZeros();
    return shortest.precision() > DIGITS_OF_DOUBLE
        ? shortest.toPlainString()
        : ecmaScript(shortest, (int) magnitude);
  }

  /** ECMA-262's Number::toString, given the digits and the place of the point among them. */
  private static String ecmaScript(BigDecimal value, int point) {
    String sign = value.signum() < 0 ? "-" : "";
    if (point > -6 && point <= 21) {
      return value.toPlainString();
    }
    String digits = value.unscaledValue().abs().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    int exponent = point - 1;
    return sign + digits.charAt(0) + fraction + (exponent < 0 ? "e" : "e+") + exponent;
  }
}
