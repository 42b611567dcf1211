package io.tidegate.app;

import static io.tidegate.app.Script.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.erp.Erp;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of a {@link Ward} that have the demo's invoices reconciled, and meet every trouble. */
final class WardLoad implements AutoCloseable {
  private static final String WHY =
      "because it is a reason that takes a while to stream, word by word ".repeat(2);

  private final Ward ward;
  private final List<Erp.Open> invoices = Erp.load().open();
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean over;

  WardLoad(Ward ward) {
    this.ward = ward;
  }

  /** So many clients, each of which goes on until the end. */
  void start(int clients) {
    for (int i = 0; i < clients; i++) {
      Thread.ofVirtual().start(this::work);
    }
  }

  private void work() {
    while (!over) {
      int i = next.getAndIncrement();
      try {
        perform(i, ward.client(i / 7 + i));
      } catch (UncheckedIOException _) {
        // Its gateway is gone; the next one is asked at another.
      }
    }
  }

  private void perform(int i, Client client) {
    switch (i % 7) {
      case 0, 1 -> reconcile(client, invoices.get(i % invoices.size()));
      case 2 -> {
        if (i % 2 == 0) {
          client.post("/v1/runs", calls(i).by("tester"));
        } else {
          approved(client, calls(i).by("tester", "\"stream\": true"));
        }
      }
      case 3 -> client.post("/v1/runs", breaking().by("tester"));
      case 4 -> client.post("/v1/runs", Script.request("hedger", "Hello."));
      case 5 -> client.post("/v1/runs", Script.request("narrow", "Hello."));
      default ->
          client.post("/v1/runs", Script.request(i % 2 == 0 ? "doomed" : "rescued", "Hello."));
    }
  }

  private static void reconcile(Client client, Erp.Open open) {
    var input =
        "Reconcile invoice %s with purchase order %s.".formatted(open.invoice(), open.order());
    approved(client, Script.request("reconciler", input, "\"stream\": true"));
  }

  /** Has a run that comes to ask a person, and says yes. */
  private static void approved(Client client, String request) {
    Events.data(client.stream("/v1/runs", request)).stream()
        .filter(event -> event.path("type").asText().equals("approval.requested"))
        .forEach(event -> approve(client, event));
  }

  private static void approve(Client client, JsonNode asked) {
    client.post(
        "/v1/sessions/%s/approvals/%s"
            .formatted(asked.get("session").asText(), asked.get("call").asText()),
        "{\"decision\": \"approve\"}");
  }

  /** Every kind of call: two of three ask for what was asked before. */
  private static Script calls(int i) {
    return Script.calls(
            call("cached", "{\"n\": %d}".formatted(i / 21)),
            call("sleep", "{\"ms\": 50, \"why\": \"" + WHY + "\"}"),
            call("sleep", "{\"ms\": \"long\"}"),
            call("refuse", "{\"status\": 422}"))
        .then("", call("write", "{\"amount\": 1}"), call("hang", "{}"))
        .then("", call("write", "{\"amount\": 2000}"));
  }

  private static Script breaking() {
    return Script.calls(call("broken", "{}"), call("broken", "{\"again\": true}")).then("Done.");
  }

  /** No client asks anything more; what it waits for ends with the gateways. */
  @Override
  public void close() {
    over = true;
  }
}
