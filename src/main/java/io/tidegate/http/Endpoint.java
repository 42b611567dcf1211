package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;

/**
 * A method of a resource.
 *
 * @param path the path as OpenAPI writes it: <code>/v1/sessions/{session}</code>
 * @param access who may use it
 * @param query the query parameters that it knows
 * @param streams whether the answer has no length that HEAD could ask for
 */
record Endpoint(
    HttpMethod method,
    String path,
    Access access,
    Set<String> query,
    boolean streams,
    Action action) {

  /** What is done with a request; called on the event loop of the client's connection. */
  interface Action {
    Future<Answer> answer(Request request);
  }

  /** Endpoints that belong together. */
  interface Group {
    List<Endpoint> endpoints();
  }

  static Endpoint get(Scope scope, String path, Action action, String... query) {
    return get(new Access.Scoped(scope), path, false, action, query);
  }

  static Endpoint stream(Scope scope, String path, Action action, String... query) {
    return get(new Access.Scoped(scope), path, true, action, query);
  }

  /** What anybody may see, without a key. */
  static Endpoint open(String path, Action action) {
    return get(new Access.Open(), path, false, action);
  }

  /** A connection for whoever has a key; each thing that is asked over it has its own scope. */
  static Endpoint socket(String path, Action action) {
    return get(new Access.AnyKey(), path, false, action);
  }

  static Endpoint post(Scope scope, String path, Action action) {
    return new Endpoint(HttpMethod.POST, path, new Access.Scoped(scope), Set.of(), false, action);
  }

  static Endpoint patch(Scope scope, String path, Action action) {
    return new Endpoint(HttpMethod.PATCH, path, new Access.Scoped(scope), Set.of(), false, action);
  }

  static Endpoint put(Scope scope, String path, Action action) {
    return new Endpoint(HttpMethod.PUT, path, new Access.Scoped(scope), Set.of(), false, action);
  }

  static Endpoint delete(Scope scope, String path, Action action) {
    return new Endpoint(HttpMethod.DELETE, path, new Access.Scoped(scope), Set.of(), false, action);
  }

  private static Endpoint get(
      Access access, String path, boolean streams, Action action, String... query) {
    return new Endpoint(HttpMethod.GET, path, access, Set.of(query), streams, action);
  }

  /** The path as the router writes it: {@code /v1/sessions/:session}. */
  String pattern() {
    return path.replaceAll("\\{(\\w+)}", ":$1");
  }
}
