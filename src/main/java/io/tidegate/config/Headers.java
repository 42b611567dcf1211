package io.tidegate.config;

import io.tidegate.run.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads HTTP headers. Their values may be secret, so none is shown. */
final class Headers {
  /** A token of RFC 9110 section 5.6.2. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]*");

  private Headers() {}

  static Map<String, Secret> read(Section section, String key, Report report) {
    Map<String, Secret> headers = new LinkedHashMap<>();
    section
        .texts(key)
        .forEach(
            (name, value) -> {
              check(name, value, section.at(key).key(name), report);
              headers.put(name, new Secret(value));
            });
    return headers;
  }

  private static void check(String name, String value, Place at, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.error(at, "is no name of an HTTP header");
    }
    if (!VALUE.matcher(value).matches()) {
      report.error(at, "must not hold line breaks or other control characters");
    }
  }
}
