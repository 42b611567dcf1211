package io.tidegate.jmh;

import io.tidegate.conversation.SideEffect;
import io.tidegate.wave.WavePlan;
import io.tidegate.wave.WavePlan.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The plan of a reply with many calls, some of which come after others or share a key. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WaveBenchmark {
  private static final int KEYS = 8;

  @Param({"4", "64", "1024"})
  private int calls;

  private List<Task> tasks;

  @Setup
  public void compose() {
    tasks = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      var key = List.of("account-" + i % KEYS);
      tasks.add(
          switch (i % 4) {
            case 0 -> new Task("c" + i, "look", SideEffect.READ, List.of(), List.of(), key);
            case 1 -> new Task("c" + i, "post", SideEffect.WRITE, List.of(), List.of(), key);
            case 2 -> new Task("c" + i, "send", SideEffect.WRITE, List.of(), key, List.of());
            default ->
                new Task("c" + i, "sum", SideEffect.READ, List.of("look"), List.of(), List.of());
          });
    }
  }

  @Benchmark
  public WavePlan plan() {
    return WavePlan.of(tasks);
  }
}
