package io.tidegate.simulator;

import io.tidegate.simulator.fault.Faults;
import io.tidegate.simulator.fault.Order;
import io.tidegate.simulator.web.Answers;
import io.tidegate.simulator.web.Jsons;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;

/** The admin endpoint that makes a running simulator fail, and lets it work again. */
final class FaultsApi {
  private final Faults faults;

  FaultsApi(Faults faults) {
    this.faults = faults;
  }

  void mount(Router router) {
    router.put("/admin/faults").handler(this::put);
    router.get("/admin/faults").handler(this::show);
    router.delete("/admin/faults").handler(this::clear);
  }

  private void put(RoutingContext ctx) {
    var settings = new HashMap<String, String>();
    var body = Jsons.parse(Answers.body(ctx));
    body.properties().forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
    try {
      faults.put(Order.of(settings));
      show(ctx);
    } catch (IllegalArgumentException e) {
      Answers.problem(ctx, 400, String.valueOf(e.getMessage()));
    }
  }

  private void clear(RoutingContext ctx) {
    faults.clear();
    show(ctx);
  }

  private void show(RoutingContext ctx) {
    Answers.json(ctx, 200, Jsons.object("items", faults.shown()));
  }
}
