package io.tidegate.http;

import io.tidegate.conversation.Contract;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Agents;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What there is: agents, tools, and the description of this API. */
final class CatalogEndpoints implements Endpoint.Group {
  static final String OPENAPI = "/openapi.yaml";

  private final Agents agents;
  private final Buffer openapi = openapi();

  CatalogEndpoints(Agents agents) {
    this.agents = agents;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(Scope.READ, "/v1/agents", this::agents),
        Endpoint.get(Scope.READ, "/v1/tools", this::tools),
        Endpoint.open(OPENAPI, this::describe));
  }

  private Future<Answer> agents(Request request) {
    var page = Views.page(agents.all(), Views::agent, null);
    return Future.succeededFuture(Answer.json(200, page));
  }

  private Future<Answer> tools(Request request) {
    var tools = new TreeMap<String, Contract>();
    for (var agent : agents.all()) {
      agent.pin().tools().forEach(tool -> tools.put(tool.name(), tool));
    }
    var page = Views.page(List.copyOf(tools.values()), Views::tool, null);
    return Future.succeededFuture(Answer.json(200, page));
  }

  private Future<Answer> describe(Request request) {
    return Future.succeededFuture(
        new Answer.Whole(200, "application/yaml; charset=utf-8", openapi, Map.of()));
  }

  static Buffer openapi() {
    try (var in = CatalogEndpoints.class.getResourceAsStream(OPENAPI)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + OPENAPI + " is missing from the build");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
