package io.tidegate.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidegate.run.Secret;
import io.tidegate.tool.json.JsonText;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a call's arguments become a request. What is wrong with it shows when it is made. */
public final class RequestTemplate {
  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");
  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE");

  private final String method;
  private final UrlTemplate url;
  private final QueryTemplate query;
  private final HeaderTemplate headers;
  private final @Nullable BodyTemplate body;
  private final Set<String> used;

  /**
   * Makes the template.
   *
   * @throws IllegalArgumentException if a part of it can't be right, with a sentence
   */
  public RequestTemplate(
      String method,
      String url,
      Map<String, String> query,
      Map<String, Secret> headers,
      @Nullable String body) {
    if (!METHOD.matcher(method).matches() || method.equals("CONNECT")) {
      throw new IllegalArgumentException("'" + method + "' is not a method for a tool");
    }
    this.method = method;
    this.url = UrlTemplate.of(url);
    this.query = QueryTemplate.of(query);
    this.headers = new HeaderTemplate(headers);
    this.body = body == null ? null : new BodyTemplate(body);
    this.used = new HashSet<>(this.url.names());
    used.addAll(this.query.names());
  }

  /**
   * Refuses names that the arguments can't have.
   *
   * @throws IllegalArgumentException if there is such a name, with a sentence
   */
  public void requireNames(Set<String> declared) {
    requireNames("URL", url.names(), declared);
    requireNames("query", query.names(), declared);
    requireNames("body", body == null ? Set.of() : body.names(), declared);
    if (!declared.containsAll(headers.names())) {
      // Without the name: it may be part of a secret that happens to hold braces.
      throw new IllegalArgumentException("a header names an argument that the input lacks");
    }
  }

  private static void requireNames(String where, Set<String> names, Set<String> declared) {
    for (String name : names) {
      if (!declared.contains(name)) {
        throw new IllegalArgumentException(
            "the %s names the argument '%s', which the input lacks; it has %s"
                .formatted(where, name, declared));
      }
    }
  }

  /** The request for these arguments. */
  public Request fill(JsonNode args, Map<String, String> own) throws BadArgument {
    return new Request(
        method,
        url.ssl(),
        url.host(),
        url.port(),
        query.appendTo(url.fill(args), args),
        headers.fill(args),
        own,
        body(args));
  }

  private @Nullable Buffer body(JsonNode args) throws BadArgument {
    if (body != null) {
      return Buffer.buffer(JsonText.write(body.fill(args)).text());
    }
    return WITHOUT_BODY.contains(method) ? null : Buffer.buffer(leftOver(args));
  }

  private String leftOver(JsonNode args) {
    if (used.isEmpty()) {
      return JsonText.write(args).text();
    }
    var rest = JsonNodeFactory.instance.objectNode();
    for (var argument : args.properties()) {
      if (!used.contains(argument.getKey())) {
        rest.set(argument.getKey(), argument.getValue());
      }
    }
    return JsonText.write(rest).text();
  }
}
