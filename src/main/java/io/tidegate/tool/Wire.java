package io.tidegate.tool;

import io.tidegate.run.Ids;
import io.tidegate.run.RetryBudget;
import io.tidegate.run.Time;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;

/**
 * What HTTP calls share: the pooled client, the clock, where jitter comes from, and how often
 * servers are asked again.
 */
record Wire(Vertx vertx, HttpClient client, Time time, Ids ids, RetryBudget.Source budgets) {}
