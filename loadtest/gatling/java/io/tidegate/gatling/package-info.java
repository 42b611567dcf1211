/** Load on gateways that run already, or that are started for it; reports go to target/gatling. */
package io.tidegate.gatling;
