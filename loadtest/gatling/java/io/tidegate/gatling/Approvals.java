package io.tidegate.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** Runs that wait for a person, who approves, {@code rate} a second. */
public class Approvals extends Simulation {
  {
    setUp(
            scenario("Approvals")
                .exec(Steps.approvedRun("signer"))
                .injectOpen(constantUsersPerSec(Target.rate()).during(Target.seconds())))
        .protocols(Target.protocol())
        .assertions(global().failedRequests().count().is(0L));
  }
}
