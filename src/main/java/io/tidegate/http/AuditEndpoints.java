package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Audit;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Audit.Deed;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who did what. */
final class AuditEndpoints implements Endpoint.Group {
  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 200;

  private final Audit audit;

  AuditEndpoints(Audit audit) {
    this.audit = audit;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(
            Scope.ADMIN,
            "/v1/audit",
            this::list,
            "from",
            "to",
            "principal",
            "session",
            "action",
            "cursor",
            "limit"));
  }

  private Future<Answer> list(Request request) {
    var query = request.query();
    var filter =
        new Audit.Filter(
            query.time("from"),
            query.time("to"),
            query.text("principal"),
            query.text("session"),
            action(query.text("action")));
    var cursor = query.text("cursor");
    int limit = (int) query.whole("limit", 1, LARGEST_PAGE, PAGE);
    query.done();
    return audit
        .list(request.caller().tenant(), filter, cursor, limit)
        .map(page -> Answer.json(200, Views.page(page.deeds(), AuditEndpoints::json, page.next())));
  }

  private static @Nullable Action action(@Nullable String name) {
    return name == null
        ? null
        : Action.named(name)
            .orElseThrow(
                () ->
                    Problem.invalid(
                        "?action", "must be one of " + String.join(", ", Action.names())));
  }

  private static ObjectNode json(Deed deed) {
    var json =
        Wire.object()
            .put("id", deed.id())
            .put("at", Views.time(deed.at()))
            .put("action", deed.action().wire())
            .put("principal", deed.principal());
    put(json, "session", deed.session());
    put(json, "run", deed.run());
    put(json, "call", deed.call());
    var detail = json.putObject("detail");
    deed.detail().forEach(detail::put);
    return json;
  }

  private static void put(ObjectNode json, String name, String value) {
    json.put(name, value.isEmpty() ? null : value);
  }
}
