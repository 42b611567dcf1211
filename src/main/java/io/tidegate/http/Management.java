package io.tidegate.http;

import io.tidegate.run.Journal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What operators and their machines ask on the management port: health and metrics. */
final class Management {
  private static final long PING_MS = 1_000;

  private final Journal journal;
  private final BooleanSupplier leaving;
  private final Metrics metrics;

  Management(Journal journal, BooleanSupplier leaving, Metrics metrics) {
    this.journal = journal;
    this.leaving = leaving;
    this.metrics = metrics;
  }

  void handle(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      Answer.of(Problem.methodNotAllowed(request.method(), Set.of(HttpMethod.GET, HttpMethod.HEAD)))
          .writeTo(request);
      return;
    }
    switch (request.path()) {
      case "/health/live" -> answer(request, 200, "up", "");
      case "/health/ready" -> ready(request);
      case "/metrics" -> metrics(request);
      default -> Answer.of(Problem.notFound("There is nothing here.")).writeTo(request);
    }
  }

  private void ready(HttpServerRequest request) {
    if (leaving.getAsBoolean()) {
      answer(request, 503, "leaving", "The gateway is being stopped and takes no new runs.");
      return;
    }
    ping()
        .timeout(PING_MS, TimeUnit.MILLISECONDS)
        .onSuccess(pong -> answer(request, 200, "ready", ""))
        .onFailure(
            silent ->
                answer(
                    request,
                    503,
                    "journal-unavailable",
                    "The journal did not answer within " + PING_MS + " ms."));
  }

  private Future<Void> ping() {
    try {
      return journal.ping();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static void answer(HttpServerRequest request, int status, String is, String detail) {
    var json = Wire.object().put("status", is);
    if (!detail.isEmpty()) {
      json.put("detail", detail);
    }
    Answer.json(status, json).writeTo(request);
  }

  private void metrics(HttpServerRequest request) {
    var page = metrics.page(request.getHeader(HttpHeaders.ACCEPT));
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, page.type()).end(page.text());
  }
}
