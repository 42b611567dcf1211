package io.tidegate.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.benchmark.Figure.Verdict;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The benchmark in its short form. Figures of a machine that does other things mean nothing. */
class BenchmarkIT {
  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void everyRowYieldsFiguresAndWhatMustHoldAtAnySpeedHolds() {
    var figures = Benchmark.run(new Options(Size.SHORT, Set.of(), List.of()));
    var rows = Benchmark.rows().stream().map(Row::name).collect(Collectors.toSet());
    assertThat(figures)
        .noneMatch(figure -> figure.verdict() == Verdict.BROKEN)
        .noneMatch(figure -> figure.measured().isBlank());
    assertThat(figures.stream().map(Figure::row)).containsAll(rows);
    assertThat(figures)
        .filteredOn(figure -> figure.what().equals("writes sent twice"))
        .allMatch(figure -> figure.verdict() == Verdict.MET)
        .isNotEmpty();
  }
}
