package io.tidegate.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL in which <code>{name}</code> stands for an argument, in the path or the query alone:
 * scheme, host and port are fixed when it is made. An argument is data within one path segment or
 * one query parameter, whatever it holds.
 *
 * @param query the query's template without {@code ?}, or null
 */
record UrlTemplate(
    boolean ssl, String host, int port, List<Template> segments, @Nullable Template query) {
  private static final Pattern URL =
      Pattern.compile("(https?)://([^/?#]+)(/[^?#]*)?(?:\\?([^#]*))?", Pattern.CASE_INSENSITIVE);

  UrlTemplate {
    segments = List.copyOf(segments);
  }

  static UrlTemplate of(String url) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "the URL must look like https://host/path?query, without a fragment, was '" + url + "'");
    }
    URI origin = origin(matcher.group(1), matcher.group(2));
    boolean ssl = "https".equals(origin.getScheme());
    int port = origin.getPort() >= 0 ? origin.getPort() : ssl ? 443 : 80;
    String query = matcher.group(4);
    var template =
        new UrlTemplate(
            ssl,
            origin.getHost(),
            port,
            segments(matcher.group(3)),
            query == null ? null : Template.of(query));
    template.requireValidLiterals(url);
    return template;
  }

  private static URI origin(String scheme, String authority) {
    if (authority.contains("{") || authority.contains("@")) {
      throw new IllegalArgumentException(
          "the URL's host must be fixed and hold no user or password; put arguments into the path"
              + " and credentials into a header");
    }
    URI origin = uri(scheme.toLowerCase(Locale.ROOT) + "://" + authority);
    if (origin.getHost() == null || origin.getPort() > 65535 || origin.getPort() == 0) {
      throw new IllegalArgumentException("the URL's host or port is not valid: " + authority);
    }
    return origin;
  }

  private static List<Template> segments(@Nullable String path) {
    var segments = new ArrayList<Template>();
    String rest = path == null || path.isEmpty() ? "" : path.substring(1);
    for (String segment : rest.split("/", -1)) {
      segments.add(Template.of(segment));
    }
    return segments;
  }

  private void requireValidLiterals(String url) {
    var literals = new StringBuilder();
    for (Template segment : segments) {
      String literal = literals(segment);
      if (segment.names().isEmpty() && dots(literal)) {
        throw new IllegalArgumentException("the URL's path must not hold '.' or '..': " + url);
      }
      literals.append('/').append(literal);
    }
    uri("http://host" + literals + (query == null ? "" : "?" + literals(query)));
  }

  private static String literals(Template template) {
    var out = new StringBuilder();
    for (Template.Part part : template.parts()) {
      out.append(part instanceof Template.Part.Literal(String text) ? text : "x");
    }
    return out.toString();
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the URL is not valid: " + e.getMessage(), e);
    }
  }

  /** The arguments that the URL takes up. */
  Set<String> names() {
    var names = new LinkedHashSet<String>();
    segments.forEach(segment -> names.addAll(segment.names()));
    if (query != null) {
      names.addAll(query.names());
    }
    return names;
  }

  /** Path and query as they are sent. */
  String fill(JsonNode args) throws BadArgument {
    var out = new StringBuilder();
    for (Template segment : segments) {
      out.append('/').append(segment(segment, args));
    }
    if (query != null) {
      out.append('?').append(required(query, args));
    }
    return out.toString();
  }

  private static String segment(Template segment, JsonNode args) throws BadArgument {
    String filled = required(segment, args);
    if (!segment.names().isEmpty() && (filled.isEmpty() || dots(filled))) {
      // Clients and servers resolve dot segments, also encoded ones, and drop empty ones: the
      // request would reach another resource than the template says.
      throw new BadArgument(
          "The argument '%s' must not be empty, '.' or '..': it is part of the tool's path."
              .formatted(String.join("', '", segment.names())));
    }
    return filled;
  }

  private static String required(Template template, JsonNode args) throws BadArgument {
    String filled = template.fill(args, (name, text) -> Percent.encode(text));
    if (filled == null) {
      throw new BadArgument(
          "The argument '%s' is needed for the tool's URL; it was absent or null."
              .formatted(missing(template, args)));
    }
    return filled;
  }

  private static String missing(Template template, JsonNode args) {
    return template.names().stream()
        .filter(name -> Template.absent(args.get(name)))
        .findFirst()
        .orElse("");
  }

  private static boolean dots(String segment) {
    String decoded = segment.replaceAll("(?i)%2e", ".");
    return decoded.equals(".") || decoded.equals("..");
  }
}
