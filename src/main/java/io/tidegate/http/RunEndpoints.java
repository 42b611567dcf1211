package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.tidegate.run.Sessions.Started;
import io.tidegate.stream.Until;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs: start, look at, cancel, resume. */
final class RunEndpoints implements Endpoint.Group {
  private static final String RUNS = "/v1/sessions/{session}/runs";
  private static final String RUN = RUNS + "/{run}";

  private final Sessions sessions;
  private final Records records;
  private final Streams streams;
  private final Departure departure;
  private final Patience patience;

  RunEndpoints(
      Sessions sessions, Records records, Streams streams, Departure departure, Patience patience) {
    this.patience = patience;
    this.departure = departure;
    this.sessions = sessions;
    this.records = records;
    this.streams = streams;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post(Scope.RUN, "/v1/runs", this::start),
        Endpoint.post(Scope.RUN, RUNS, this::startInSession),
        Endpoint.get(Scope.READ, RUN, this::show),
        Endpoint.post(Scope.RUN, RUN + "/cancel", this::cancel),
        Endpoint.post(Scope.RUN, RUN + "/resume", this::resume));
  }

  private Future<Answer> start(Request request) {
    var key = request.idempotencyKey();
    return request.body(RunRequest::read).compose(run -> start(request, run, null, key));
  }

  private Future<Answer> startInSession(Request request) {
    var session = request.session();
    var key = request.idempotencyKey();
    return request
        .body(RunRequest::readForSession)
        .compose(run -> request.here(known(session, run)))
        .compose(run -> start(request, run, session.id(), key));
  }

  /** With an agent, a session that is not there would be made; this path is for known ones. */
  private Future<RunRequest> known(SessionId session, RunRequest run) {
    return run.agent() == null
        ? Future.succeededFuture(run)
        : records.find(session).map(found -> run);
  }

  private Future<Answer> start(
      Request request, RunRequest run, @Nullable String session, @Nullable String key) {
    return sessions
        .start(run.start(request.caller(), session, key, request.trace()))
        .onSuccess(_ -> patience.accepted())
        .compose(started -> answer(request, run, started));
  }

  private Future<Answer> answer(Request request, RunRequest run, Started started) {
    if (run.background()) {
      return background(started);
    }
    var gone = gone(request.caller(), run.onDisconnect(), started);
    return run.stream()
        ? streams.send(request, Place.of(started), Until.rests(started.run()), gone)
        : await(request, started, gone);
  }

  private Future<Answer> background(Started started) {
    return status(started).map(status -> Answer.json(202, Views.accepted(started, status)));
  }

  private Future<String> status(Started started) {
    if (started.repeated()) {
      return sessions.run(started.session(), started.run()).map(Sessions.RunView::status);
    }
    return Future.succeededFuture(started.queued() ? "queued" : "running");
  }

  private Future<Answer> await(Request request, Started started, Runnable gone) {
    var rest = Rest.of(sessions, started, request.eventLoop());
    ClientGone.of(request.http().response())
        .then(
            () -> {
              rest.close();
              gone.run();
            });
    // Who waits here while the gateway leaves is told where the run can be looked at.
    var elsewhere = Promise.<Answer>promise();
    Runnable goodbye = () -> background(started).onComplete(elsewhere);
    departure.tell(request.eventLoop(), request.caller(), goodbye);
    return Future.any(
            rest.future().map(stop -> Answer.json(200, Views.rested(started, stop))),
            elsewhere.future())
        .map(any -> any.<Answer>resultAt(any.succeeded(0) ? 0 : 1))
        .onComplete(
            _ -> {
              departure.forget(goodbye);
              rest.close();
            });
  }

  private Runnable gone(Caller caller, OnDisconnect then, Started started) {
    return () -> then.clientGone(sessions, started.session(), started.run(), caller);
  }

  private Future<Answer> show(Request request) {
    return sessions
        .run(request.session(), request.path("run"))
        .map(run -> Answer.json(200, Views.run(run)));
  }

  private Future<Answer> cancel(Request request) {
    var session = request.session();
    var run = request.path("run");
    return request
        .optionalBody(Cancellation::read)
        .compose(asked -> asked.carryOut(sessions, session, run, request.caller()))
        .compose(done -> accepted(session, run));
  }

  private Future<Answer> resume(Request request) {
    var session = request.session();
    var run = request.path("run");
    return request
        .optionalBody(Resumption::read)
        .compose(asked -> asked.carryOut(sessions, session, run, request.caller()))
        .compose(done -> accepted(session, run));
  }

  private Future<Answer> accepted(SessionId session, String run) {
    return sessions.run(session, run).map(view -> Answer.json(202, Views.run(view)));
  }
}
