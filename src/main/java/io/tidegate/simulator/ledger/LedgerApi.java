package io.tidegate.simulator.ledger;

import io.tidegate.simulator.web.Answers;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;

/** The ledger's endpoints. */
public final class LedgerApi {
  static final String REPEATED = "idempotency-replayed";
  private static final int PAGE_MAX = 1_000;

  private final Ledger ledger;

  public LedgerApi(Ledger ledger) {
    this.ledger = ledger;
  }

  public void mount(Router router) {
    router.post("/ledger/entries").handler(this::post);
    router.get("/ledger/entries").handler(this::entries);
    router.get("/ledger/requests").handler(this::requests);
    router.get("/ledger/invoices").handler(ctx -> show(ctx, ledger.invoices()));
    router.get("/ledger/summary").handler(ctx -> show(ctx, ledger.summary()));
  }

  private void post(RoutingContext ctx) {
    var body = new String(Answers.body(ctx), StandardCharsets.UTF_8);
    answer(ctx, ledger.post(ctx.request().getHeader("idempotency-key"), body));
  }

  /** Answers what a ledger answered; one that can't be reached or written is a 500. */
  public static void answer(RoutingContext ctx, Future<LedgerAnswer> coming) {
    coming.onComplete(answer -> send(ctx, answer), failure -> failed(ctx, failure));
  }

  private static void send(RoutingContext ctx, LedgerAnswer answer) {
    if (answer.repeated()) {
      ctx.response().putHeader(REPEATED, "true");
    }
    Answers.text(ctx, answer.status(), answer.body());
  }

  private void entries(RoutingContext ctx) {
    int after = Answers.number(ctx, "after", 0, Integer.MAX_VALUE);
    show(ctx, ledger.entries(after, Answers.number(ctx, "limit", PAGE_MAX, PAGE_MAX)));
  }

  private void requests(RoutingContext ctx) {
    int after = Answers.number(ctx, "after", 0, Integer.MAX_VALUE);
    int limit = Answers.number(ctx, "limit", PAGE_MAX, PAGE_MAX);
    show(ctx, ledger.requests(after, limit).map(items -> Jsons.object("items", items)));
  }

  private static void show(RoutingContext ctx, Future<?> coming) {
    coming.onComplete(value -> Answers.json(ctx, 200, value), failure -> failed(ctx, failure));
  }

  private static void failed(RoutingContext ctx, Throwable failure) {
    Answers.problem(ctx, 500, "The ledger can't answer: " + failure.getMessage());
  }
}
