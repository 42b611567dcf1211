package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Documents;
import io.tidegate.run.SessionId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sessions that come from elsewhere. */
final class ImportEndpoints implements Endpoint.Group {
  private static final String SESSIONS = "/v1/sessions";

  private final Records records;
  private final Documents documents;
  private final BodyReader bodies;
  private final Deeds deeds;

  /**
   * @param bodies reads documents, which may be larger than other bodies
   */
  ImportEndpoints(Records records, Documents documents, BodyReader bodies, Deeds deeds) {
    this.deeds = deeds;
    this.records = records;
    this.documents = documents;
    this.bodies = bodies;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        new Endpoint(
            HttpMethod.POST,
            SESSIONS + "/import",
            new Access.Scoped(Scope.ADMIN),
            Set.of("id"),
            false,
            this::importSession));
  }

  private Future<Answer> importSession(Request request) {
    var caller = request.caller();
    var id = id(request);
    var document = request.document(bodies);
    return deeds
        .making(
            caller,
            Action.SESSION_IMPORT,
            "",
            () -> documents.restore(caller.tenant(), id, () -> document, caller.principal()))
        .compose(
            session ->
                records
                    .find(session)
                    .map(
                        found ->
                            Answer.created(SESSIONS + "/" + session.id(), Views.session(found))));
  }

  private static @Nullable String id(Request request) {
    var query = request.query();
    var id = query.text("id");
    query.done();
    if (id != null && !SessionId.valid(id)) {
      throw Problem.invalid("?id", "must be 1 to 64 letters, digits, '_' or '-'");
    }
    return id;
  }
}
