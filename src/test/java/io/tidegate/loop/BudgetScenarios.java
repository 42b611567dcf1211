package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.loop.Budget.Unit;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Event.Read;
import io.tidegate.loop.RunState.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What budgets do to a run. */
class BudgetScenarios {
  private static final Estimate ESTIMATE = new Estimate(1_000, 500, Usd.parse("0.25"));

  private static Event.BudgetRefused refusal(Scope scope, Unit unit) {
    return new Event.BudgetRefused(
        new Budget(scope, "x1", scope == Scope.TENANT ? Period.DAY : Period.TOTAL, unit),
        1_000_000_000,
        900_000_000,
        250_000_000);
  }

  @Test
  void refusedRunWaitsAndSaysForWhat() {
    var stop = rest(refused(Scope.SESSION, Unit.USD));
    assertThat(stop.reason()).isEqualTo(StopReason.BUDGET_EXHAUSTED);
    assertThat(stop.terminal()).isFalse();
    assertThat(stop.detail())
        .isEqualTo(
            "The session 'x1' may use 1.00 USD: 0.90 USD are used, and the next call may come to"
                + " 0.25 USD.");
    assertThat(stop.next()).startsWith("Raise it: PUT /v1/budgets/session/x1.");
  }

  @Test
  void raisedBudgetLetsTheSameQuestionBeAskedAgain() {
    var state = refused(Scope.RUN, Unit.TOKENS);
    assertThat(rest(state).next()).contains("higher limit of tokens");
    var suspended = state.after(entry(state, new Event.Suspended(rest(state))));
    assertThat(suspended.phase()).isEqualTo(Phase.SUSPENDED);
    var reopened =
        suspended.after(entry(suspended, new Event.Reopened(Limits.Change.NONE, "", "ann")));
    assertThat(AgentLoop.next(reopened)).contains(new Effect.AskModel(1, 1, 0, 0));
  }

  @Test
  void tenantsRefusalNamesThePeriod() {
    var stop = rest(refused(Scope.TENANT, Unit.TOKENS));
    assertThat(stop.detail()).contains("The tenant 'x1' may use a day 1000000000 tokens");
    assertThat(stop.next()).contains("or wait for the next day");
  }

  private static RunState refused(Scope scope, Unit unit) {
    var state = begun();
    return state.after(entry(state, refusal(scope, unit)));
  }

  private static Stop rest(RunState state) {
    return AgentLoop.next(state).stream()
        .filter(Effect.Rest.class::isInstance)
        .map(effect -> ((Effect.Rest) effect).stop())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void attemptOfWhichNobodyKnowsTheCostCountsAsWhatWasReserved() {
    var state = asked();
    var failed =
        new Event.ModelFailed(
            1, 1, ModelFailure.of(ModelFailure.Kind.UNREACHABLE, "cut"), new Event.Again(0, 0));
    var after = state.after(entry(state, failed));
    assertThat(after.cost()).isEqualTo(ESTIMATE.cost());
    assertThat(after.usage()).isEqualTo(new Usage(1_000, 0, 0, 500, 0));
    var free = new Event.ModelFailed(1, 1, failed.failure(), failed.again(), true);
    assertThat(state.after(entry(state, free)).cost()).isEqualTo(Usd.ZERO);
  }

  @Test
  void cancelledAttemptCountsAsWhatWasReserved() {
    var state = asked();
    var cancelled = new Event.Cancelled(StopReason.CANCELLED, "enough", "ann");
    assertThat(state.after(entry(state, cancelled)).cost()).isEqualTo(ESTIMATE.cost());
    var resumed = state.after(entry(state, new Event.Resumed(2)));
    assertThat(resumed.cost()).isEqualTo(ESTIMATE.cost());
  }

  @Test
  void countThatLeavesSomethingOutIsNotReliedOn() {
    var spending = Spending.NONE.replied(new Read(0, 1_000), 3).replied(new Read(0, 40), 5);
    assertThat(spending.counted()).isEqualTo(new Spending.Counted(0, 3, 1_000));
    assertThat(spending.replied(new Read(1, 20), 7).counted())
        .isEqualTo(new Spending.Counted(1, 7, 20));
    assertThat(spending.replied(null, 7).counted()).isEqualTo(spending.counted());
  }

  private static RunState asked() {
    var state = begun();
    return state.after(entry(state, new Event.ModelAsked(1, 1, 0, "model", ESTIMATE)));
  }

  private static RunState begun() {
    var state = RunState.EMPTY;
    for (var event :
        List.of(
            new Event.Opened("agent", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "ci"),
            new Event.Asked(Pins.of(Limits.DEFAULT), "Go.", Json.EMPTY_OBJECT, "ci"))) {
      state = state.after(entry(state, event));
    }
    return state;
  }

  private static Entry entry(RunState state, Event event) {
    return new Entry(state.head() + 1, 1_000, "r1", event);
  }
}
