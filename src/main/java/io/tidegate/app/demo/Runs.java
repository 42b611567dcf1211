package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tidegate.simulator.erp.Erp.Open;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Starts one run for each invoice, and watches it until it rests. */
final class Runs {
  private final GatewayApi api;
  private final Approvals approvals;
  private final String demo;

  /** The demo's id keeps one demo's runs apart from another's. */
  Runs(GatewayApi api, Approvals approvals, String demo) {
    this.api = api;
    this.approvals = approvals;
    this.demo = demo;
  }

  /**
   * Starts the invoice's run and watches its stream. If the stream breaks, the run is asked for
   * instead, or started again under the same key if nothing was heard of it.
   *
   * @param round which run of this invoice it is, from 0
   */
  Result reconcile(Open open, int round) throws InterruptedException {
    var seen = new Seen();
    var key = "%s-%s-%d".formatted(demo, open.invoice(), round);
    var backoff = new Backoff();
    while (true) {
      try {
        api.stream("/v1/runs", body(open), key, seen::hear);
      } catch (IOException broken) {
        // The loop decides what comes next by what was seen.
      }
      if (seen.rests()) {
        return result(open.invoice(), seen.session, seen.run, seen.stop);
      }
      if (seen.isKnown()) {
        return poll(open.invoice(), seen.session, seen.run, () -> true);
      }
      if (!backoff.again()) {
        throw new IllegalStateException("The run for %s does not start.".formatted(open.invoice()));
      }
    }
  }

  /** Waits until a run that was suspended is over, or waits for another approval. */
  Result goOn(Result suspended) throws InterruptedException {
    return poll(
            suspended.invoice(),
            suspended.session(),
            suspended.run(),
            () -> !approvals.pending(Set.of(suspended.session())).isEmpty())
        .after(suspended.decision());
  }

  private Map<String, Object> body(Open open) {
    var input =
        "Reconcile invoice %s with purchase order %s.".formatted(open.invoice(), open.order());
    return Map.of(
        "agent",
        "reconciler",
        "input",
        input,
        "stream",
        true,
        "metadata",
        Map.of("demo", demo, "invoice", open.invoice()));
  }

  /** Asks how the run stands until it is over, or is suspended and rests there. */
  private Result poll(String invoice, String session, String run, Check restsSuspended)
      throws InterruptedException {
    var backoff = new Backoff();
    var status = "";
    do {
      var view = api.get("/v1/sessions/" + session + "/runs/" + run);
      status = view.path("status").asText();
      if (status.equals("stopped") || (status.equals("suspended") && restsSuspended.holds())) {
        return result(invoice, session, run, view.path("stop"));
      }
    } while (backoff.again());
    throw new IllegalStateException(
        "The run for %s is still %s after two minutes.".formatted(invoice, status));
  }

  private interface Check {
    boolean holds() throws InterruptedException;
  }

  /** The answer is an object; one that was not held against a schema is a text with an object. */
  private Result result(String invoice, String session, String run, JsonNode stop) {
    var output = stop.path("output");
    var object = output.isTextual() ? api.parse(output.textValue()) : output;
    return Result.of(invoice, session, run, stop, object);
  }

  /** What a stream has told of its run. */
  private static final class Seen {
    private String session = "";
    private String run = "";
    private JsonNode stop = MissingNode.getInstance();

    void hear(JsonNode event) {
      session = event.path("session").asText(session);
      run = event.path("run").asText(run);
      switch (event.path("type").asText()) {
        case "run.suspended", "run.stopped" -> stop = event.path("stop");
        default -> {}
      }
    }

    boolean isKnown() {
      return !session.isEmpty() && !run.isEmpty();
    }

    boolean rests() {
      return isKnown() && stop.isObject();
    }
  }
}
