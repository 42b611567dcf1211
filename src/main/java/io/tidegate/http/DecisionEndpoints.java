package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.run.Journal;
import io.tidegate.run.Rejection;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What waits for people: approvals, questions and unknown outcomes. */
final class DecisionEndpoints implements Endpoint.Group {
  private static final String SESSION = "/v1/sessions/{session}";

  /** Sessions that one page of the inbox looks into. */
  private static final int PAGE = 20;

  private static final int LARGEST_PAGE = 50;

  private final Sessions sessions;
  private final Records records;

  DecisionEndpoints(Sessions sessions, Records records) {
    this.sessions = sessions;
    this.records = records;
  }

  /** Which questions the inbox shows. */
  private enum Status {
    PENDING
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(
            Scope.READ, "/v1/approvals", this::inbox, "status", "agent", "cursor", "limit"),
        Endpoint.post(Scope.APPROVE, SESSION + "/approvals/{call}", this::decide),
        Endpoint.post(Scope.RUN, SESSION + "/inputs/{call}", this::answer),
        Endpoint.post(Scope.APPROVE, SESSION + "/outcomes/{call}", this::settle));
  }

  private Future<Answer> inbox(Request request) {
    var query = request.query();
    query.choice("status", Status.class);
    var agent = query.text("agent");
    var cursor = query.text("cursor");
    int limit = (int) query.whole("limit", 1, LARGEST_PAGE, PAGE);
    query.done();
    return records.waiting(request.caller(), cursor, limit).compose(page -> inbox(page, agent));
  }

  private Future<Answer> inbox(Journal.Listing waiting, @Nullable String agent) {
    return Future.all(
            waiting.items().stream()
                .filter(found -> agent == null || agent.equals(found.agent()))
                .map(this::questions)
                .toList())
        .map(found -> found.<List<ObjectNode>>list().stream().flatMap(Collection::stream).toList())
        .map(found -> Answer.json(200, Views.page(found, item -> item, waiting.next())));
  }

  private Future<List<ObjectNode>> questions(Journal.Record waiting) {
    return sessions
        .view(waiting.id(), 0)
        .map(InboxView::items)
        .recover(DecisionEndpoints::noneIfGone);
  }

  private static Future<List<ObjectNode>> noneIfGone(Throwable cause) {
    return cause instanceof Rejection rejection && rejection.kind() == Rejection.Kind.NOT_FOUND
        ? Future.succeededFuture(List.of())
        : Future.failedFuture(cause);
  }

  private Future<Answer> decide(Request request) {
    var session = request.session();
    var call = request.path("call");
    return request
        .body(Decision::read)
        .compose(
            decision ->
                decision
                    .carryOut(sessions, session, call, request.caller())
                    .map(done -> decided(session.id(), call, "decision", decision.decision())));
  }

  private Future<Answer> answer(Request request) {
    var session = request.session();
    var call = request.path("call");
    return request
        .body(InputAnswer::read)
        .compose(input -> input.carryOut(sessions, session, call, request.caller()))
        .map(
            done -> Answer.json(200, Wire.object().put("session", session.id()).put("call", call)));
  }

  private Future<Answer> settle(Request request) {
    var session = request.session();
    var call = request.path("call");
    return request
        .body(OutcomeDecision::read)
        .compose(
            decision ->
                decision
                    .carryOut(sessions, session, call, request.caller())
                    .map(done -> decided(session.id(), call, "outcome", decision.outcome())));
  }

  private static Answer decided(String session, String call, String name, Enum<?> value) {
    return Answer.json(
        200,
        Wire.object()
            .put("session", session)
            .put("call", call)
            .put(name, value.name().toLowerCase(Locale.ROOT)));
  }
}
