package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.loop.Budget;
import io.tidegate.run.BudgetBook;
import io.tidegate.run.BudgetBook.Standing;
import io.tidegate.run.BudgetBook.Used;
import io.tidegate.run.BudgetDesk;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** What may be used, and what was used. */
final class BudgetEndpoints implements Endpoint.Group {
  private static final String BUDGETS = "/v1/budgets";
  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 200;
  private static final int USUAL_DAYS = 30;
  private static final int MOST_DAYS = 400;

  private final BudgetDesk desk;
  private final Time time;

  BudgetEndpoints(BudgetDesk desk, Time time) {
    this.desk = desk;
    this.time = time;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(Scope.READ, BUDGETS, this::list, "scope", "id", "cursor", "limit"),
        Endpoint.put(Scope.ADMIN, BUDGETS + "/{scope}/{id}", this::set),
        Endpoint.get(Scope.READ, "/v1/usage", this::usage, "by", "from", "to", "cursor", "limit"));
  }

  private Future<Answer> list(Request request) {
    var query = request.query();
    var scope = query.choice("scope", Budget.Scope.class);
    var id = query.text("id");
    var cursor = query.text("cursor");
    int limit = (int) query.whole("limit", 1, LARGEST_PAGE, PAGE);
    query.done();
    var tenant = request.caller().tenant();
    if (scope != null && id != null) {
      return desk.show(tenant, scope, id)
          .map(all -> Answer.json(200, Views.page(all, BudgetEndpoints::view, null)));
    }
    if (scope != null || id != null) {
      throw Problem.invalid("?scope", "and ?id name one budget together");
    }
    return desk.list(tenant, cursor, limit)
        .map(
            page -> Answer.json(200, Views.page(page.items(), BudgetEndpoints::view, page.next())));
  }

  private Future<Answer> set(Request request) {
    var tenant = request.caller().tenant();
    var scope = scope(request.path("scope"));
    var id = request.path("id");
    return request
        .body(NewLimits::read)
        .compose(
            limits -> desk.set(tenant, scope, id, limits.period(), limits.usd(), limits.tokens()))
        .map(standing -> Answer.json(200, view(standing)));
  }

  private static Budget.Scope scope(String name) {
    for (var scope : Budget.Scope.values()) {
      if (scope.wire().equals(name)) {
        return scope;
      }
    }
    throw Problem.notFound("Budgets are those of a run, session, agent or tenant.");
  }

  private static ObjectNode view(Standing standing) {
    var usd = standing.usd();
    return Wire.object()
        .put("scope", standing.scope().wire())
        .put("id", standing.id())
        .put("period", standing.period().wire())
        .put("limit_usd", usd == null ? null : usd.toString())
        .put("limit_tokens", standing.tokens())
        .put("set", standing.set())
        .put("used_usd", standing.used().toString())
        .put("used_tokens", standing.usedTokens())
        .put("reserved_usd", standing.reserved().toString())
        .put("reserved_tokens", standing.reservedTokens());
  }

  private Future<Answer> usage(Request request) {
    var query = request.query();
    var by = query.choice("by", BudgetBook.By.class);
    var to = query.date("to", today());
    var from = query.date("from", to.minusDays(USUAL_DAYS - 1));
    var cursor = query.text("cursor");
    int limit = (int) query.whole("limit", 1, LARGEST_PAGE, PAGE);
    query.done();
    if (from.isAfter(to) || from.plusDays(MOST_DAYS).isBefore(to)) {
      throw Problem.invalid("?from", "must be up to " + MOST_DAYS + " days before ?to");
    }
    var told = by == null ? BudgetBook.By.TENANT : by;
    var asked = new BudgetBook.Asked(request.caller().tenant(), told, from, to, cursor, limit);
    return desk.usage(asked)
        .map(
            page ->
                Answer.json(200, Views.page(page.items(), used -> view(told, used), page.next())));
  }

  private LocalDate today() {
    return LocalDate.ofInstant(Instant.ofEpochMilli(time.now()), ZoneOffset.UTC);
  }

  private static ObjectNode view(BudgetBook.By by, Used used) {
    return Wire.object()
        .put(by.name().toLowerCase(Locale.ROOT), used.key())
        .put("calls", used.calls())
        .put("estimated_calls", used.guessed())
        .put("input_tokens", used.input())
        .put("cached_input_tokens", used.cachedInput())
        .put("output_tokens", used.output())
        .put("cost_usd", used.cost().toString());
  }
}
