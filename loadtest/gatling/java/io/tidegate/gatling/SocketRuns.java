package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Runs over a WebSocket each, {@code rate} a second. */
public class SocketRuns extends Simulation {
  {
    setUp(
            scenario("WebSocket runs")
                .exec(Steps.socketRun(Target.agent()))
                .injectOpen(constantUsersPerSec(Target.rate()).during(Target.seconds())))
        .protocols(Target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
