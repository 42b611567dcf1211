package io.tidegate.app.demo;

import java.util.List;
import java.util.Map;

/** The ERP's bad days: some lookups fail at first, so that there is something to retry. */
final class Trouble {
  private static final List<String> LOOKUPS =
      List.of("lookup_invoice", "lookup_order", "lookup_receipt");

  private Trouble() {}

  static void order(GatewayApi simulator, double share) throws InterruptedException {
    if (share > 0) {
      for (var tool : LOOKUPS) {
        simulator.send(
            "PUT", "/admin/faults", Map.of("tool", tool, "kind", "503", "probability", share));
      }
    }
  }

  /** How many lookups failed at first. */
  static long struck(GatewayApi simulator) throws InterruptedException {
    long struck = 0;
    for (var order : simulator.get("/admin/faults").path("items")) {
      struck += order.path("struck").asLong();
    }
    return struck;
  }
}
