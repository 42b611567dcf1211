package io.tidegate.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;

/**
 * A method of a resource.
 *
 * @param path the path as OpenAPI writes it: <code>/v1/sessions/{session}</code>
 * @param query the query parameters that it knows
 * @param streams whether the answer has no length that HEAD could ask for
 */
record Endpoint(HttpMethod method, String path, Set<String> query, boolean streams, Action action) {

  /** What is done with a request; called on the event loop of the client's connection. */
  interface Action {
    Future<Answer> answer(Request request);
  }

  /** Endpoints that belong together. */
  interface Group {
    List<Endpoint> endpoints();
  }

  static Endpoint get(String path, Action action, String... query) {
    return new Endpoint(HttpMethod.GET, path, Set.of(query), false, action);
  }

  static Endpoint stream(String path, Action action, String... query) {
    return new Endpoint(HttpMethod.GET, path, Set.of(query), true, action);
  }

  static Endpoint post(String path, Action action) {
    return new Endpoint(HttpMethod.POST, path, Set.of(), false, action);
  }

  static Endpoint patch(String path, Action action) {
    return new Endpoint(HttpMethod.PATCH, path, Set.of(), false, action);
  }

  static Endpoint delete(String path, Action action) {
    return new Endpoint(HttpMethod.DELETE, path, Set.of(), false, action);
  }

  /** The path as the router writes it: {@code /v1/sessions/:session}. */
  String pattern() {
    return path.replaceAll("\\{(\\w+)}", ":$1");
  }
}
