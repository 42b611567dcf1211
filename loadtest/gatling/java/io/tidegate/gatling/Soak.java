package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Everything at once for as long as you like: runs of both kinds, approvals, streams at rest. */
public class Soak extends Simulation {
  {
    setUp(
            scenario("SSE runs")
                .exec(Steps.watchedRun(Target.agent()))
                .injectOpen(constantUsersPerSec(Target.rate()).during(Target.seconds())),
            scenario("WebSocket runs")
                .exec(Steps.socketRun(Target.agent()))
                .injectOpen(constantUsersPerSec(Target.rate() / 2).during(Target.seconds())),
            scenario("Approvals")
                .exec(Steps.approvedRun("signer"))
                .injectOpen(constantUsersPerSec(Target.rate() / 4).during(Target.seconds())),
            scenario("Idle streams")
                .exec(Steps.idleStream(30))
                .injectOpen(constantUsersPerSec(Target.rate() / 4).during(Target.seconds())))
        .protocols(Target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
