package io.tidegate.simulator.model;

import io.tidegate.simulator.fault.Directive;
import io.tidegate.simulator.fault.Fault;
import io.tidegate.simulator.fault.Faults;
import io.tidegate.simulator.fault.Order.Scope;
import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Conversation;
import io.tidegate.simulator.scenario.Scenarios;
import io.tidegate.simulator.web.Answers;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The endpoints of the model provider. One for each event loop. */
public final class Provider {
  private final Vertx vertx;
  private final Scenarios scenarios;
  private final Faults faults;
  private final RequestLog log;
  private final Bills bills;
  private final Limits limits;

  public Provider(
      Vertx vertx, Scenarios scenarios, Faults faults, RequestLog log, Bills bills, Limits limits) {
    this.vertx = vertx;
    this.scenarios = scenarios;
    this.faults = faults;
    this.log = log;
    this.bills = bills;
    this.limits = limits;
  }

  public void mount(Router router) {
    var openAi = new OpenAiWire();
    var anthropic = new AnthropicWire();
    router.post("/v1/chat/completions").handler(ctx -> hear(ctx, openAi));
    router.post("/v1/messages").handler(ctx -> hear(ctx, anthropic));
    router.get("/v1/models").handler(this::models);
    router.get("/admin/requests").handler(ctx -> Answers.json(ctx, 200, log.shown()));
    router.delete("/admin/requests").handler(this::forget);
    router.get("/admin/bills").handler(ctx -> Answers.json(ctx, 200, bills.shown()));
    router.put("/admin/limits").handler(this::limit);
    router.get("/admin/limits").handler(this::showLimits);
  }

  private void hear(RoutingContext ctx, Wire wire) {
    try {
      var ask = wire.decode(ctx.request().headers(), Jsons.parse(Answers.body(ctx)));
      reply(ctx, wire, ask);
    } catch (BadRequest | IllegalArgumentException e) {
      Answers.text(ctx, 400, wire.error(400, String.valueOf(e.getMessage())));
    }
  }

  private void reply(RoutingContext ctx, Wire wire, Wire.Ask ask) {
    var asked = ask.conversation();
    var name = asked.model().split("\\?", 2);
    var directive = directive(ctx, name.length == 2 ? name[1] : "");
    var conversation = new Conversation(name[0], asked.system(), asked.said(), asked.tools());
    var planned = scenarios.of(name[0]).answer(conversation);
    var answer = planned.at(planned.pace().with(directive.pace()));
    long number = log.add(ctx, conversation);
    var key = key(ctx);
    if (!limits.take(key, ctx.response())) {
      Answers.text(ctx, 429, wire.error(429, "The key has used up its requests for now."));
      return;
    }
    var fault = fault(directive, asked.model(), key, conversation, planned);
    var tokenizer = Tokenizer.of(directive.tokens());
    new Delivery(vertx, ctx, wire, ask, conversation, tokenizer, number, bills)
        .deliver(answer, fault);
  }

  /** The key that a request came with, or nothing. */
  private static String key(RoutingContext ctx) {
    var anthropic = ctx.request().getHeader("x-api-key");
    var bearer = ctx.request().getHeader("authorization");
    return anthropic != null ? anthropic : bearer == null ? "" : bearer.replace("Bearer ", "");
  }

  private void limit(RoutingContext ctx) {
    var body = Jsons.parse(Answers.body(ctx));
    limits.set(body.path("requests-per-minute").asLong(), body.path("at-once").asLong());
    showLimits(ctx);
  }

  private void showLimits(RoutingContext ctx) {
    Answers.json(ctx, 200, Jsons.object("refused", limits.refused()));
  }

  private static Directive directive(RoutingContext ctx, String inName) {
    var header = ctx.request().getHeader("x-simulate");
    return Directive.parse(header == null ? inName : header);
  }

  private @Nullable Fault fault(
      Directive directive, String model, String key, Conversation conversation, Answer planned) {
    int turn = conversation.turn();
    var standing = faults.strike(Scope.MODEL, conversation.model(), key, turn);
    if (standing.isPresent()) {
      return standing.get();
    }
    if (directive.order() != null) {
      return faults.strike(model + "?" + directive.text(), directive.order(), turn).orElse(null);
    }
    var own = planned.fail().isEmpty() ? null : Directive.parse("fail=" + planned.fail()).order();
    return own == null
        ? null
        : faults.strike(ownKey(conversation, planned), own, turn).orElse(null);
  }

  private static String ownKey(Conversation conversation, Answer planned) {
    return conversation.model() + " " + planned.fail() + " " + conversation.said().hashCode();
  }

  private void models(RoutingContext ctx) {
    var items =
        scenarios.names().stream()
            .map(name -> Jsons.object("id", name, "object", "model", "owned_by", "simulator"))
            .toList();
    Answers.json(ctx, 200, Jsons.object("object", "list", "data", items));
  }

  private void forget(RoutingContext ctx) {
    log.clear();
    bills.clear();
    Answers.json(ctx, 200, log.shown());
  }
}
