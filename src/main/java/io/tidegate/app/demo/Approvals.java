package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.app.demo.GatewayApi.Refused;
import io.tidegate.app.demo.Result.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The inbox: the calls that wait for a person. */
final class Approvals {
  private static final int CONFLICT = 409;

  private final GatewayApi api;

  Approvals(GatewayApi api) {
    this.api = api;
  }

  /** A call that waits for a person. */
  record Pending(String session, String call, String tool, JsonNode args) {}

  /** Those of the given sessions; the inbox may hold others'. */
  List<Pending> pending(Set<String> sessions) throws InterruptedException {
    var pending = new ArrayList<Pending>();
    var path = "/v1/approvals?status=pending";
    for (var page = api.get(path);
        ;
        page = api.get(path + "&cursor=" + page.path("next").asText())) {
      for (var item : page.path("items")) {
        if (sessions.contains(item.path("session").asText())) {
          pending.add(pending(item));
        }
      }
      if (!page.path("next").isTextual()) {
        return pending;
      }
    }
  }

  private static Pending pending(JsonNode item) {
    return new Pending(
        item.path("session").asText(),
        item.path("call").asText(),
        item.path("tool").asText(),
        item.path("args"));
  }

  /** Decides; a decision that got through when its answer was lost is decided already. */
  void decide(Pending pending, Decision decision) throws InterruptedException {
    var body =
        Map.of(
            "decision",
            decision == Decision.APPROVED ? "approve" : "deny",
            "note",
            "Decided in the demo.");
    try {
      api.send("POST", "/v1/sessions/" + pending.session() + "/approvals/" + pending.call(), body);
    } catch (Refused e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
    }
  }
}
