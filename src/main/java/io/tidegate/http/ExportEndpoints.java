package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Documents;
import io.tidegate.run.Journal;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/** Sessions as documents that can be carried elsewhere. */
final class ExportEndpoints implements Endpoint.Group {
  private final Records records;
  private final Documents documents;
  private final Time time;
  private final Deeds deeds;

  ExportEndpoints(Records records, Documents documents, Time time, Deeds deeds) {
    this.deeds = deeds;
    this.records = records;
    this.documents = documents;
    this.time = time;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.get(Scope.ADMIN, "/v1/sessions/{session}/export", this::export));
  }

  private Future<Answer> export(Request request) {
    var session = request.session();
    if (request.http().method().equals(HttpMethod.HEAD)) {
      return request.here(records.find(session)).map(found -> export(request.http(), found));
    }
    var noted =
        records
            .find(session)
            .compose(
                found ->
                    deeds.during(
                        request.caller(),
                        Action.SESSION_EXPORT,
                        session,
                        () -> Future.succeededFuture(found)));
    return request.here(noted).map(found -> export(request.http(), found));
  }

  private Answer export(HttpServerRequest request, Journal.Record found) {
    var response = request.response();
    head(request, response, found);
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      new Export(records, documents, time, found, response).begin();
    }
    return Answer.streamed();
  }

  private static void head(
      HttpServerRequest request, HttpServerResponse response, Journal.Record found) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"" + found.id().id() + ".json\"");
    if (request.version() != HttpVersion.HTTP_2) {
      response.setChunked(true);
    }
  }
}
