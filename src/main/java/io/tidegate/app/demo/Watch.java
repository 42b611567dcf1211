package io.tidegate.app.demo;

import io.tidegate.app.demo.Metrics.Sample;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Looks at the gateway's metrics all the time, and tells what its guards did: the breakers at once,
 * the rest once a second.
 */
final class Watch implements AutoCloseable {
  private static final long LOOK_MS = 250;
  private static final int LOOKS_A_TELLING = 4;
  private static final String TRANSITIONS = "tidegate_breaker_transitions_total";
  private static final String STATE = "tidegate_breaker_state";

  private final GatewayApi management;
  private final Names names;
  private final Narrator narrator;
  private final Map<String, BreakerView> breakers = new TreeMap<>();
  private final Thread thread;
  private volatile Metrics now = Metrics.NONE;
  private Metrics told = Metrics.NONE;

  /** Turns the names of breakers and targets into those of the cast. */
  interface Names {
    String of(String name);
  }

  Watch(GatewayApi management, Names names, Narrator narrator) throws InterruptedException {
    this.management = management;
    this.names = names;
    this.narrator = narrator;
    look();
    told = now;
    thread = Thread.ofVirtual().name("watch").start(this::watch);
  }

  private void watch() {
    try {
      for (int looks = 1; ; looks++) {
        Thread.sleep(LOOK_MS);
        look();
        if (looks % LOOKS_A_TELLING == 0) {
          tell();
        }
      }
    } catch (InterruptedException closed) {
      tell();
    } catch (IllegalStateException | UncheckedIOException e) {
      narrator.tell("The metrics can't be read any more: " + e.getMessage());
    }
  }

  /** What the metrics said at the last look. */
  Metrics now() {
    return now;
  }

  /** Looks at once. */
  Metrics look() throws InterruptedException {
    var seen = Metrics.read(management);
    see(seen);
    return seen;
  }

  private synchronized void see(Metrics seen) {
    now = seen;
    for (var state : seen.all(STATE)) {
      var name = state.label("breaker");
      var breaker = breakers.computeIfAbsent(name, _ -> new BreakerView());
      for (var line : breaker.see(seen.of(TRANSITIONS, "breaker", name))) {
        narrator.tell("the breaker of %s: %s".formatted(names.of(name), line));
      }
    }
  }

  private synchronized void tell() {
    var lines = new ArrayList<String>();
    add(lines, "tidegate_model_retries_total", "%d retried at %s", "target", "");
    add(lines, "tidegate_model_fallbacks_total", "%d fell back from %s to %s", "from", "target");
    add(lines, "tidegate_model_passed_over_total", "%d passed %s over (%s)", "target", "reason");
    add(lines, "tidegate_model_hedges_total", "%d hedged, as %s was silent", "target", "");
    add(lines, "tidegate_model_hedges_won_total", "%d hedges won by %s", "target", "");
    add(lines, "tidegate_model_keys_cooled_total", "%d rests of the key of %s", "target", "");
    add(lines, "tidegate_tool_retries_total", "%d calls sent again to %s", "server", "");
    told = now;
    if (!lines.isEmpty()) {
      narrator.tell(String.join(", ", lines));
    }
  }

  private void add(List<String> lines, String counter, String text, String first, String second) {
    Map<List<String>, Long> grown =
        now.all(counter).stream()
            .collect(
                Collectors.groupingBy(
                    sample -> List.of(name(sample, first), name(sample, second)),
                    LinkedHashMap::new,
                    Collectors.summingLong(this::grown)));
    grown.forEach(
        (labels, more) -> {
          if (more > 0) {
            lines.add(text.formatted(more, labels.get(0), labels.get(1)));
          }
        });
  }

  private long grown(Sample sample) {
    return Math.round(sample.value() - told.value(sample));
  }

  private String name(Sample sample, String label) {
    return names.of(sample.label(label));
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
