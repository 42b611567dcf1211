package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** {@code clients} streams on which nothing happens, and runs beside them. */
public class IdleStreams extends Simulation {
  {
    setUp(
            scenario("Idle streams")
                .exec(Steps.idleStream(Target.seconds()))
                .injectOpen(rampUsers(Target.clients()).during(Target.seconds() / 4)),
            scenario("Runs beside")
                .exec(Steps.watchedRun(Target.agent()))
                .injectOpen(constantUsersPerSec(Target.rate()).during(Target.seconds())))
        .protocols(Target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
