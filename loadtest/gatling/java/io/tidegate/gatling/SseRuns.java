package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Runs whose clients read server-sent events, {@code rate} a second. */
public class SseRuns extends Simulation {
  {
    setUp(
            scenario("SSE runs")
                .exec(Steps.watchedRun(Target.agent()))
                .injectOpen(constantUsersPerSec(Target.rate()).during(Target.seconds())))
        .protocols(Target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
