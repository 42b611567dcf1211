package io.tidegate.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.demo.Result.Decision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static final Map<String, Integer> NONE = Map.of();
  private static final Map<String, Integer> ONCE = Map.of("A", 1);

  @Test
  void whatAddsUpHasNoProblems() {
    assertThat(problems(result("posted", 10, null), ONCE, NONE)).isEmpty();
    assertThat(problems(result("posted", 2000, Decision.APPROVED), ONCE, NONE)).isEmpty();
    assertThat(problems(result("denied", 2000, Decision.DENIED), NONE, NONE)).isEmpty();
    assertThat(problems(result("exception", 0, null), NONE, ONCE)).isEmpty();
  }

  @Test
  void eachWayNotToAddUpHasItsSentence() {
    assertThat(problems(result("posted", 10, null), NONE, NONE)).hasSize(1);
    assertThat(problems(result("posted", 10, null), Map.of("A", 2), NONE)).isNotEmpty();
    assertThat(problems(result("posted", 2000, null), ONCE, NONE)).hasSize(1);
    assertThat(problems(result("exception", 0, null), NONE, NONE)).hasSize(1);
    assertThat(problems(result("exception", 0, null), ONCE, ONCE)).hasSize(1);
    assertThat(problems(result("denied", 2000, null), NONE, NONE)).hasSize(1);
    assertThat(problems(result("denied", 2000, Decision.DENIED), ONCE, NONE)).hasSize(1);
    assertThat(problems(result("denied", 2000, Decision.APPROVED), NONE, NONE)).hasSize(2);
    assertThat(problems(result("failed", 0, null), NONE, NONE)).hasSize(1);
    assertThat(problems(result("posted", 1, null), Map.of("A", 1, "B", 1), NONE)).hasSize(1);
  }

  @Test
  void aRunThatIsNotCompletedIsAProblem() {
    var waits = new Result("A", "s", "r", "outcome_unknown", "Who knows.", "", 0, 0, 0, null);
    assertThat(problems(waits, NONE, NONE)).singleElement().asString().contains("outcome_unknown");
  }

  @Test
  void toolMetricsCountFailures() {
    var metrics =
        """
        # TYPE gen_ai_execute_tool_duration_seconds histogram
        gen_ai_execute_tool_duration_seconds_count{error_type="",gen_ai_tool_name="a"} 97
        gen_ai_execute_tool_duration_seconds_count{error_type="503",gen_ai_tool_name="a"} 3.0
        gen_ai_execute_tool_duration_seconds_sum{gen_ai_tool_name="a"} 4.5
        """;
    assertThat(ToolMetrics.of(Metrics.of(metrics))).isEqualTo(new ToolMetrics(100, 3));
    assertThat(ToolMetrics.of(Metrics.of(metrics)).rate()).isEqualTo("3.00 % (3 of 100 calls)");
    assertThat(ToolMetrics.of(Metrics.NONE).rate()).isEqualTo("not measured");
  }

  private static List<String> problems(
      Result result, Map<String, Integer> postings, Map<String, Integer> exceptions) {
    return Audit.problems(List.of(result), postings, exceptions);
  }

  private static Result result(String outcome, double variance, Decision decision) {
    return new Result("A", "s", "r", "completed", "", outcome, variance, 0, 0, decision);
  }
}
