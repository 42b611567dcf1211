package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.substring;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;

/** What a client does. */
final class Steps {
  private static final int PATIENCE_SECONDS = 120;

  /** Whether the event's JSON is shown as a text within JSON, or as it is. */
  private static final String COMPLETED = "reason[\\\\\":\\s]+completed";

  private Steps() {}

  /** Makes a session, follows it, begins a run in it, and reads on to the run's end. */
  static ChainBuilder watchedRun(String agent) {
    return exec(session(agent), follow(), begin())
        .exec(
            sse("run")
                .setCheck()
                .await(PATIENCE_SECONDS)
                .on(
                    sse.checkMessage("run.stopped")
                        .matching(substring("run.stopped"))
                        .check(regex(COMPLETED))))
        .exec(sse("close").close());
  }

  /** The same over a WebSocket, on which the run is begun too. */
  static ChainBuilder socketRun(String agent) {
    return exec(ws("connect").connect("/v1/ws"))
        .exec(
            ws("run")
                .sendText(
                    "{\"id\": 1, \"type\": \"run.start\", \"agent\": \"%s\", \"input\": \"Go.\"}"
                        .formatted(agent))
                .await(PATIENCE_SECONDS)
                .on(
                    ws.checkTextMessage("run.stopped")
                        .matching(jsonPath("$.type").is("run.stopped"))
                        .check(jsonPath("$.stop.reason").is("completed"))))
        .exec(ws("close").close());
  }

  /** A run that waits for a person, who looks into the session and approves. */
  static ChainBuilder approvedRun(String agent) {
    return exec(http("run until a person is needed")
            .post("/v1/runs")
            .body(StringBody("{\"agent\": \"%s\", \"input\": \"Go.\"}".formatted(agent)))
            .check(
                status().is(200),
                jsonPath("$.stop.reason").is("approval_pending"),
                jsonPath("$.session").saveAs("session"),
                jsonPath("$.run").saveAs("run")))
        .exec(
            http("look")
                .get("/v1/sessions/#{session}")
                .check(jsonPath("$.calls[0].call").saveAs("call")))
        .exec(follow())
        .exec(
            http("approve")
                .post("/v1/sessions/#{session}/approvals/#{call}")
                .body(StringBody("{\"decision\": \"approve\"}"))
                .check(status().is(200)))
        .exec(
            sse("rest of the run")
                .setCheck()
                .await(PATIENCE_SECONDS)
                .on(sse.checkMessage("run.stopped").matching(substring("run.stopped"))))
        .exec(sse("close").close());
  }

  /** A stream on which nothing happens for a while. */
  static ChainBuilder idleStream(long seconds) {
    return exec(session("standard"), follow()).pause(seconds).exec(sse("close").close());
  }

  private static ChainBuilder session(String agent) {
    return exec(
        http("session")
            .post("/v1/sessions")
            .body(StringBody("{\"agent\": \"%s\"}".formatted(agent)))
            .check(status().is(201), jsonPath("$.id").saveAs("session")));
  }

  private static ChainBuilder follow() {
    return exec(sse("follow").get("/v1/sessions/#{session}/events"));
  }

  private static ChainBuilder begin() {
    return exec(
        http("begin")
            .post("/v1/sessions/#{session}/runs")
            .body(StringBody("{\"input\": \"Go.\", \"background\": true}"))
            .check(status().is(202)));
  }
}
