package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import java.util.List;

/** Sessions: make, list, look at, fork, delete. */
final class SessionEndpoints implements Endpoint.Group {
  private static final String SESSIONS = "/v1/sessions";
  private static final String SESSION = SESSIONS + "/{session}";
  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 200;

  private final Sessions sessions;
  private final Records records;
  private final Deeds deeds;

  SessionEndpoints(Sessions sessions, Records records, Deeds deeds) {
    this.deeds = deeds;
    this.sessions = sessions;
    this.records = records;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post(Scope.RUN, SESSIONS, this::create),
        Endpoint.get(
            Scope.READ, SESSIONS, this::list, "agent", "status", "from", "to", "cursor", "limit"),
        Endpoint.get(Scope.READ, SESSION, this::show, "at"),
        Endpoint.delete(Scope.RUN, SESSION, this::delete),
        Endpoint.patch(Scope.ADMIN, SESSION + "/state", this::patchState),
        Endpoint.post(Scope.RUN, SESSION + "/fork", this::fork));
  }

  private Future<Answer> create(Request request) {
    var caller = request.caller();
    return request
        .body(NewSession::read)
        .compose(
            asked ->
                sessions.create(
                    caller.tenant(),
                    asked.id(),
                    asked.agent(),
                    asked.state(),
                    asked.metadata(),
                    caller.principal()))
        .compose(this::created);
  }

  private Future<Answer> created(SessionId session) {
    return records
        .find(session)
        .map(found -> Answer.created(SESSIONS + "/" + session.id(), Views.session(found)));
  }

  private Future<Answer> list(Request request) {
    var query = request.query();
    var filter =
        new Journal.Filter(
            query.text("agent"),
            query.choice("status", Journal.Status.class),
            query.time("from"),
            query.time("to"));
    var cursor = query.text("cursor");
    int limit = (int) query.whole("limit", 1, LARGEST_PAGE, PAGE);
    query.done();
    return records
        .list(request.caller(), filter, cursor, limit)
        .map(page -> Answer.json(200, Views.page(page.items(), Views::session, page.next())));
  }

  private Future<Answer> show(Request request) {
    var session = request.session();
    var query = request.query();
    long at = query.seq("at");
    query.done();
    return sessions
        .view(session, at)
        .map(
            view -> {
              var json = Views.session(view, at > 0);
              return at > 0 ? Answer.json(200, json) : Answer.tagged(view.state().head(), json);
            });
  }

  private Future<Answer> patchState(Request request) {
    var session = request.session();
    long seen = request.seenHead();
    return request
        .body(Body::whole)
        .compose(patch -> sessions.patchState(session, patch, seen, request.caller().principal()))
        .map(
            corrected ->
                Answer.tagged(
                    corrected.head(),
                    Wire.put(
                        Wire.object().put("session", session.id()).put("head", corrected.head()),
                        "state",
                        corrected.state())));
  }

  private Future<Answer> delete(Request request) {
    var session = request.session();
    return deeds
        .during(request.caller(), Action.SESSION_DELETE, session, () -> sessions.delete(session))
        .map(deleted -> Answer.noContent());
  }

  private Future<Answer> fork(Request request) {
    var session = request.session();
    return request
        .optionalBody(ForkPoint::read)
        .compose(
            point ->
                deeds.making(
                    request.caller(),
                    Action.SESSION_FORK,
                    session.id(),
                    () -> sessions.fork(session, point.at(), request.caller().principal())))
        .compose(this::created);
  }
}
