package io.tidegate.app;

import static io.tidegate.app.Script.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.erp.Erp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients of a {@link Ward} that have the demo's invoices reconciled, and meet every trouble. */
final class WardLoad implements AutoCloseable {
  private static final String WHY =
      "because it is a reason that takes a while to stream, word by word ".repeat(2);

  /** Kinds of work. */
  private static final int KINDS = 9;

  private static final String BACKGROUND = "\"background\": true";
  private static final String BROKE = "\"limits\": {\"cost_usd\": \"0.0001\"}";

  private final Ward ward;
  private final List<Erp.Open> invoices = Erp.load().open();
  private final AtomicInteger next = new AtomicInteger();
  private final Socket stalled = new Socket();
  private volatile boolean over;

  WardLoad(Ward ward) {
    this.ward = ward;
  }

  /** So many clients, each of which goes on until the end. */
  void start(int clients) {
    stall();
    for (int i = 0; i < clients; i++) {
      Thread.ofVirtual().start(this::work);
    }
  }

  /**
   * One more client follows a session in which much is said, and never reads. It comes before the
   * others, while the gateway that it follows at has room for the run.
   */
  private void stall() {
    var client = ward.client(0);
    var session = client.post("/v1/sessions", "{\"agent\": \"flood\"}").text("/id");
    var api = URI.create(ward.gateway(0).url());
    try {
      stalled.setReceiveBufferSize(4096);
      stalled.connect(new InetSocketAddress(api.getHost(), api.getPort()));
      var request = "GET /v1/sessions/%s/events HTTP/1.1\r\nHost: x\r\n\r\n".formatted(session);
      stalled.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client.post("/v1/sessions/" + session + "/runs", "{\"input\": \"40\", " + BACKGROUND + "}");
  }

  private void work() {
    while (!over) {
      int i = next.getAndIncrement();
      try {
        perform(i, ward.client(i / KINDS + i));
      } catch (UncheckedIOException | AssertionError _) {
        // Its gateway is gone, or was taken for dead and says so; the next one is asked at another.
      }
    }
  }

  private void perform(int i, Client client) {
    switch (i % KINDS) {
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
      case 6 ->
          client.post("/v1/runs", Script.request(i % 2 == 0 ? "doomed" : "rescued", "Hello."));
      case 7 -> {
        // Two of them have room in their agent's budget one after the other, a third has no money.
        client.post("/v1/runs", Script.request("thrifty", "Hello.", BACKGROUND));
        client.post("/v1/runs", Script.request("thrifty", "Hello.", BROKE, BACKGROUND));
        client.post("/v1/runs", Script.request("thrifty", "Hello."));
      }
      default -> client.post("/v1/runs", i % 2 == 0 ? poor() : stubborn());
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

  /** One call of three may be made. */
  private static String poor() {
    var three = new Script.Call[3];
    Arrays.setAll(three, n -> call("cached", "{\"poor\": %d}".formatted(n)));
    return Script.calls(three).then("Done.").by("tester", "\"limits\": {\"tool_calls\": 1}");
  }

  /** The same again and again, until it is told that it goes round in circles. */
  private static String stubborn() {
    var script = Script.calls(call("cached", "{}"));
    for (int i = 0; i < 10; i++) {
      script.then("", call("cached", "{}"));
    }
    return script.by("tester");
  }

  private static Script breaking() {
    return Script.calls(call("broken", "{}"), call("broken", "{\"again\": true}")).then("Done.");
  }

  /** No client asks anything more; what it waits for ends with the gateways. */
  @Override
  public void close() {
    over = true;
    try {
      stalled.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
