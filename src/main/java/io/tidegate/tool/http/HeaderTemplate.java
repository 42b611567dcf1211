package io.tidegate.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.run.Secret;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Headers made from configuration, whose values may be secret, and arguments. A header whose
 * argument is absent is left out.
 */
final class HeaderTemplate {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** They frame the message, or are the gateway's to set. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "host",
          "idempotency-key",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final Map<String, Template> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  HeaderTemplate(Map<String, Secret> configured) {
    configured.forEach(
        (name, value) -> {
          requireName(name);
          requireText(name, value.reveal());
          headers.put(name, Template.of(value.reveal()));
        });
  }

  private static void requireName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!TOKEN.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' is not a header name");
    }
    if (RESERVED.contains(lower) || lower.startsWith("tidegate-")) {
      throw new IllegalArgumentException("the header " + name + " is set by the gateway; drop it");
    }
  }

  private static void requireText(String name, String value) {
    if (!sendable(value)) {
      // The value may be secret, so the sentence does not show it.
      throw new IllegalArgumentException(
          "the header " + name + " must be ASCII without line breaks or control characters");
    }
  }

  Set<String> names() {
    var names = new LinkedHashSet<String>();
    headers.values().forEach(template -> names.addAll(template.names()));
    return names;
  }

  Map<String, String> fill(JsonNode args) throws BadArgument {
    var filled = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var header : headers.entrySet()) {
      String value = header.getValue().fill(args, HeaderTemplate::checked);
      if (value != null) {
        filled.put(header.getKey(), value);
      }
    }
    return filled;
  }

  private static String checked(String name, String text) throws BadArgument {
    if (!sendable(text)) {
      throw new BadArgument(
          "The argument '%s' is sent as a header: it must be ASCII without line breaks."
              .formatted(name));
    }
    return text;
  }

  private static boolean sendable(String text) {
    return text.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f));
  }
}
