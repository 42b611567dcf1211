package io.tidegate.simulator.erp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidegate.simulator.fault.Fault;
import io.tidegate.simulator.fault.Faults;
import io.tidegate.simulator.fault.Order.Scope;
import io.tidegate.simulator.ledger.LedgerAnswer;
import io.tidegate.simulator.ledger.Posting;
import io.tidegate.simulator.web.Answers;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The endpoints of the tools: the ERP's, and some for tests. */
public final class Tools {
  private static final int BIG_BYTES_MAX = 64 * 1024 * 1024;
  private static final int SLEEP_MS_MAX = 3_600_000;

  private final Vertx vertx;
  private final Erp erp;
  private final Posting ledger;
  private final Faults faults;
  private final int latencyMs;

  public Tools(Vertx vertx, Erp erp, Posting ledger, Faults faults, int latencyMs) {
    this.vertx = vertx;
    this.erp = erp;
    this.ledger = ledger;
    this.faults = faults;
    this.latencyMs = latencyMs;
  }

  /** One request to a tool. */
  private record Use(String tool, JsonNode args, @Nullable String key) {
    String id(String field) {
      return args.path(field).asText(args.path("id").asText(""));
    }
  }

  public void mount(Router router) {
    router.route("/tools/:tool").handler(this::use);
  }

  private void use(RoutingContext ctx) {
    var tool = ctx.pathParam("tool").replace('-', '_');
    var use = new Use(tool, args(ctx), ctx.request().getHeader("idempotency-key"));
    var fault = faults.strike(Scope.TOOL, tool, "", 0).orElse(null);
    int ms = latencyMs + (fault != null && fault.kind() == Fault.Kind.SLOW ? fault.ms() : 0);
    if (ms == 0) {
      perform(ctx, use, fault);
    } else {
      vertx.setTimer(ms, due -> perform(ctx, use, fault));
    }
  }

  private static JsonNode args(RoutingContext ctx) {
    var body = Answers.body(ctx);
    if (body.length > 0) {
      return Jsons.parse(body);
    }
    var query = JsonNodeFactory.instance.objectNode();
    ctx.queryParams().forEach(query::put);
    return query;
  }

  private void perform(RoutingContext ctx, Use use, @Nullable Fault fault) {
    if (fault == null) {
      answer(ctx, use);
      return;
    }
    switch (fault.kind()) {
      case STATUS -> refuse(ctx, fault);
      case HANG, STALL -> {}
      case CUT -> ctx.response().reset();
      case LOST -> result(use).onComplete(done -> ctx.response().reset());
      case GARBAGE, BROKEN_JSON, BAD_ARGS, ERROR_EVENT -> garbage(ctx);
      case EMPTY -> ctx.response().end();
      case SLOW, DRIBBLE, NO_USAGE, LENGTH, CONTENT_FILTER, REFUSAL, PAUSE_TURN, CONTEXT_FULL ->
          answer(ctx, use);
    }
  }

  private static void refuse(RoutingContext ctx, Fault fault) {
    if (fault.retryAfter() != null) {
      ctx.response().putHeader("retry-after", fault.retryAfter());
    }
    Answers.problem(
        ctx, fault.status(), "The simulator was told to answer %d.".formatted(fault.status()));
  }

  private static void garbage(RoutingContext ctx) {
    ctx.response().putHeader("content-type", "application/json").end("{\"total\": 12,");
  }

  private void answer(RoutingContext ctx, Use use) {
    if (!use.tool.equals("hang")) {
      result(use)
          .onComplete(
              answer -> Answers.text(ctx, answer.status(), answer.body()),
              failure -> Answers.problem(ctx, 502, "The ledger can't be reached."));
    }
  }

  private Future<LedgerAnswer> result(Use use) {
    return switch (use.tool) {
      case "lookup_invoice" -> found("invoice", use.id("id"), erp::invoice);
      case "lookup_order" -> found("order", use.id("order"), erp::order);
      case "lookup_receipt" -> found("receipt for order", use.id("order"), erp::receipt);
      case "post_entry" -> post("posting", use);
      case "report_exception" -> post("exception", use);
      case "write" -> post("write", use);
      case "echo" -> json(200, Jsons.object("args", use.args, "idempotency_key", use.key));
      case "sleep" -> sleep(Math.min(use.args.path("ms").asInt(100), SLEEP_MS_MAX));
      case "fail" -> failure(use.args.path("status").asInt(500));
      case "big" -> big(Math.min(use.args.path("bytes").asInt(1_000_000), BIG_BYTES_MAX));
      case "hang" -> Future.failedFuture("It hangs.");
      default -> json(404, Jsons.object("error", "There is no tool '%s'.".formatted(use.tool)));
    };
  }

  /** What isn't there is an answer too, not a failure of the ERP. */
  private static Future<LedgerAnswer> found(
      String what, String id, Function<String, @Nullable JsonNode> lookup) {
    var record = lookup.apply(id);
    return record != null
        ? json(200, record)
        : json(
            200, Jsons.object("found", false, "detail", "There is no %s %s.".formatted(what, id)));
  }

  private Future<LedgerAnswer> post(String kind, Use use) {
    var body = JsonNodeFactory.instance.objectNode().put("kind", kind);
    use.args.properties().forEach(field -> body.set(field.getKey(), field.getValue()));
    return ledger.post(use.key, body.put("kind", kind).toString());
  }

  private Future<LedgerAnswer> sleep(int ms) {
    return vertx
        .timer(Math.max(1, ms), TimeUnit.MILLISECONDS)
        .compose(due -> json(200, Map.of("slept_ms", ms)));
  }

  private static Future<LedgerAnswer> failure(int status) {
    int known = status >= 400 && status <= 599 ? status : 500;
    return json(known, Jsons.object("error", "This tool fails with %d.".formatted(known)));
  }

  private static Future<LedgerAnswer> big(int bytes) {
    return json(200, Map.of("text", "x".repeat(Math.max(0, bytes))));
  }

  private static Future<LedgerAnswer> json(int status, Object value) {
    return Future.succeededFuture(new LedgerAnswer(status, Jsons.text(value), false));
  }
}
