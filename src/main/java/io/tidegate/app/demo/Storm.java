package io.tidegate.app.demo;

import java.io.PrintStream;
import java.util.List;

/**
 * Counts what model A was asked while its breaker was open: by its own count as long as it lives,
 * and by the gateway's after that, for the dead don't count. Only probes may come through, so many
 * each time that the breaker lets some.
 */
final class Storm {
  /** As models-chaos.yaml has it. */
  private static final int PROBES = 2;

  private static final String ASKED = "gen_ai_client_operation_duration_seconds_count";
  private static final String TRANSITIONS = "tidegate_breaker_transitions_total";
  private static final String PASSED_OVER = "tidegate_model_passed_over_total";

  private final Cast cast;
  private final Watch watch;
  private boolean begun;
  private long asked;
  private long mark;
  private long halfOpen;
  private long passedOver;

  Storm(Cast cast, Watch watch) {
    this.cast = cast;
    this.watch = watch;
  }

  /** The breaker is seen open for the first time. */
  synchronized void begin() throws InterruptedException {
    if (!begun) {
      begun = true;
      var metrics = watch.now();
      halfOpen = halfOpen(metrics);
      passedOver = passedOver(metrics);
      mark = cast.asked(Player.A);
    }
  }

  /** Model A is about to die. */
  synchronized void pause() throws InterruptedException {
    begin();
    asked = cast.asked(Player.A) - mark;
  }

  /** It is dead; what it still had to answer is over, and was counted. */
  synchronized void goOn() throws InterruptedException {
    mark = asked(watch.look());
  }

  /** It is about to live again. */
  synchronized void end() throws InterruptedException {
    var metrics = watch.look();
    asked += asked(metrics) - mark;
    halfOpen = halfOpen(metrics) - halfOpen;
    passedOver = passedOver(metrics) - passedOver;
  }

  private static long asked(Metrics metrics) {
    return metrics.count(ASKED, "tidegate_provider", Player.A.provider());
  }

  private static long halfOpen(Metrics metrics) {
    return Metrics.sum(
        metrics.of(TRANSITIONS, "breaker", Player.A.breaker()).stream()
            .filter(sample -> sample.label("state").equals("half_open"))
            .toList());
  }

  private static long passedOver(Metrics metrics) {
    return metrics.count(PASSED_OVER, "target", Player.A.target());
  }

  /** What its probes may come to; one round may be under way at either end. */
  private long bound() {
    return PROBES * (halfOpen + 1);
  }

  void print(PrintStream out) {
    Report.line(
        out,
        "no storm",
        "%d questions reached model A while its breaker was open, of at most %d probes; %d passed it over"
            .formatted(asked, bound(), passedOver));
  }

  List<String> problems() {
    return asked <= bound()
        ? List.of()
        : List.of(
            "Model A was asked %d times while its breaker was open; %d probes were due."
                .formatted(asked, bound()));
  }
}
