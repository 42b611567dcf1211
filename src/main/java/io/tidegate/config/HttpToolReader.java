package io.tidegate.config;

import io.tidegate.conversation.Json;
import io.tidegate.run.Secret;
import io.tidegate.tool.ToolSettings.Target;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads where a tool is reached by HTTP. */
final class HttpToolReader {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  private final Report report;

  HttpToolReader(Report report) {
    this.report = report;
  }

  /**
   * Reads the target.
   *
   * @param known the arguments that the tool's schema names; with none, any may be used
   */
  Target.Http read(Section http, Set<String> known) {
    String url = http.text("url").verify(Templates::urlProblems).required("http://localhost/");
    Map<String, String> query = http.texts("query");
    Map<String, Secret> headers = Headers.read(http, "headers", report);
    @Nullable Json body = http.json("body").orNull();
    checkArguments(http, "url", Templates.arguments(url), known);
    checkArguments(http, "query", arguments(query.values().stream()), known);
    checkArguments(
        http, "headers", arguments(headers.values().stream().map(Secret::reveal)), known);
    if (body != null) {
      checkArguments(http, "body", Templates.arguments(body.text()), known);
    }
    return new Target.Http(
        http.text("method")
            .map(method -> method.toUpperCase(Locale.ROOT))
            .check(METHODS::contains, "must be one of GET, HEAD, POST, PUT, PATCH, DELETE")
            .orElse("POST"),
        url,
        query,
        headers,
        body == null ? null : body.text(),
        http.choice("redirects", Redirects.class).orElse(Redirects.REFUSE) == Redirects.FOLLOW);
  }

  private static Set<String> arguments(Stream<String> templates) {
    return templates
        .flatMap(template -> Templates.arguments(template).stream())
        .collect(Collectors.toSet());
  }

  private void checkArguments(Section http, String key, Set<String> used, Set<String> known) {
    used.stream()
        .filter(argument -> !known.isEmpty() && !known.contains(argument))
        .forEach(
            argument ->
                http.error(
                    key,
                    "uses {%s}, which is no property of the tool's input%s"
                        .formatted(argument, Names.didYouMean(argument, known))));
  }

  private enum Redirects {
    REFUSE,
    FOLLOW
  }
}
