package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** A steady load, on which {@code clients} fall in at once in its middle. */
public class Spike extends Simulation {
  {
    setUp(
            scenario("Steady")
                .exec(Steps.watchedRun(Target.agent()))
                .injectOpen(constantUsersPerSec(Target.rate()).during(Target.seconds())),
            scenario("Spike")
                .exec(Steps.watchedRun(Target.agent()))
                .injectOpen(nothingFor(Target.seconds() / 2), atOnceUsers(Target.clients())))
        .protocols(Target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
