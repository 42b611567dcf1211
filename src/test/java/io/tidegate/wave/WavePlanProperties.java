package io.tidegate.wave;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.SideEffect;
import io.tidegate.wave.WavePlan.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever calls a reply holds: what must wait waits, and nothing else does. */
class WavePlanProperties {
  private static final List<String> TOOLS = List.of("a", "b", "c", "d");

  @Property(tries = 2000)
  void aCallWaitsForAllCallsOfTheToolsThatItComesAfter(@ForAll("replies") List<Task> tasks) {
    var plan = WavePlan.of(tasks);
    for (var task : tasks) {
      var first = tasks.stream().filter(it -> task.after().contains(it.tool())).map(Task::call);
      assertThat(plan.waits(task.call()).after())
          .containsExactlyInAnyOrderElementsOf(first.toList());
    }
  }

  @Property(tries = 2000)
  void twoCallsThatConflictNeverRunAtOnce(@ForAll("replies") List<Task> tasks) {
    var plan = WavePlan.of(tasks);
    for (var one : tasks) {
      for (var other : tasks) {
        if (!one.equals(other) && conflict(one, other)) {
          assertThat(waitsFor(plan, one, other) || waitsFor(plan, other, one))
              .as("%s and %s", one, other)
              .isTrue();
        }
      }
    }
  }

  @Property(tries = 2000)
  void nobodyWaitsForACallThatItHasNothingToDoWith(@ForAll("replies") List<Task> tasks) {
    var plan = WavePlan.of(tasks);
    var byId = byId(tasks);
    for (var task : tasks) {
      for (var first : plan.waits(task.call()).sharing()) {
        assertThat(conflict(task, byId.get(first))).as("%s and %s", task, first).isTrue();
      }
    }
  }

  @Property(tries = 2000)
  void callsWithKeysOnlyWaitForThoseBeforeThem(@ForAll("unordered") List<Task> tasks) {
    var plan = WavePlan.of(tasks);
    for (int i = 0; i < tasks.size(); i++) {
      var before = new HashSet<>(tasks.subList(0, i).stream().map(Task::call).toList());
      assertThat(before).containsAll(plan.waits(tasks.get(i).call()).sharing());
    }
  }

  @Property(tries = 2000)
  void aWaveIsOneMoreThanTheLatestItWaitsFor(@ForAll("replies") List<Task> tasks) {
    var plan = WavePlan.of(tasks);
    for (var task : tasks) {
      var waits = plan.waits(task.call());
      int latest = all(waits).stream().mapToInt(first -> plan.waits(first).wave()).max().orElse(0);
      assertThat(waits.wave()).isEqualTo(latest + 1);
    }
  }

  @Property(tries = 1000)
  void theMakespanIsTheCriticalPath(
      @ForAll("unordered") List<Task> tasks, @ForAll("durations") List<Integer> durations) {
    var byCall = new HashMap<String, Integer>();
    IntStream.range(0, tasks.size())
        .forEach(i -> byCall.put(tasks.get(i).call(), durations.get(i)));
    assertThat(makespan(WavePlan.of(tasks), tasks, byCall)).isEqualTo(longest(tasks, byCall));
  }

  /** Plays the plan: whenever a call ends, all that waited for it alone begin. */
  private static int makespan(WavePlan plan, List<Task> tasks, Map<String, Integer> durations) {
    var endsAt = new LinkedHashMap<String, Integer>();
    var over = new HashSet<String>();
    int now = 0;
    while (over.size() < tasks.size()) {
      for (var task : tasks) {
        if (!endsAt.containsKey(task.call()) && over.containsAll(all(plan.waits(task.call())))) {
          endsAt.put(task.call(), now + durations.get(task.call()));
        }
      }
      now =
          endsAt.entrySet().stream()
              .filter(it -> !over.contains(it.getKey()))
              .mapToInt(Map.Entry::getValue)
              .min()
              .orElseThrow(() -> new AssertionError("the calls wait for each other"));
      int ended = now;
      endsAt.forEach(
          (call, at) -> {
            if (at == ended) {
              over.add(call);
            }
          });
    }
    return now;
  }

  /** The longest path over all pairs that conflict, in the model's order; no plan is asked. */
  private static int longest(List<Task> tasks, Map<String, Integer> durations) {
    int longest = 0;
    var until = new int[tasks.size()];
    for (int i = 0; i < tasks.size(); i++) {
      int from = 0;
      for (int j = 0; j < i; j++) {
        from = conflict(tasks.get(i), tasks.get(j)) ? Math.max(from, until[j]) : from;
      }
      until[i] = from + durations.get(tasks.get(i).call());
      longest = Math.max(longest, until[i]);
    }
    return longest;
  }

  @Property(tries = 2000)
  void toolsThatComeAfterEachOtherDoNotHang(@ForAll("knots") List<Task> tasks) {
    var plan = WavePlan.of(tasks);
    var none = new HashMap<String, Integer>();
    tasks.forEach(task -> none.put(task.call(), 1));
    assertThat(makespan(plan, tasks, none)).isLessThanOrEqualTo(tasks.size());
  }

  @Example
  void fourHundredCallsArePlannedInAnInstant() {
    var tasks = new ArrayList<Task>();
    for (int i = 0; i < 400; i++) {
      var after = i % 4 == 0 ? List.<String>of() : List.of(TOOLS.get(i % 4 - 1));
      var tool = TOOLS.get(i % 4);
      tasks.add(
          new Task("c" + i, tool, SideEffect.WRITE, after, List.of("k" + i % 7), List.of("t")));
    }
    long start = System.nanoTime();
    var plan = WavePlan.of(tasks);
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    assertThat(plan.waits("c399").after()).hasSize(100);
  }

  private static boolean conflict(Task one, Task other) {
    return one.exclusive().stream().anyMatch(key -> holds(other, key))
        || other.exclusive().stream().anyMatch(key -> holds(one, key))
        || ((one.effect() != SideEffect.READ || other.effect() != SideEffect.READ)
            && one.touches().stream().anyMatch(other.touches()::contains));
  }

  private static boolean holds(Task task, String key) {
    return task.exclusive().contains(key) || task.touches().contains(key);
  }

  private static boolean waitsFor(WavePlan plan, Task task, Task first) {
    return allBefore(plan, task.call(), new HashSet<>()).contains(first.call());
  }

  private static Set<String> allBefore(WavePlan plan, String call, Set<String> found) {
    for (var first : all(plan.waits(call))) {
      if (found.add(first)) {
        allBefore(plan, first, found);
      }
    }
    return found;
  }

  private static List<String> all(WavePlan.Waits waits) {
    var all = new ArrayList<>(waits.after());
    all.addAll(waits.sharing());
    return all;
  }

  private static Map<String, Task> byId(List<Task> tasks) {
    var byId = new HashMap<String, Task>();
    tasks.forEach(task -> byId.put(task.call(), task));
    return byId;
  }

  /** Tools come after those before them in the alphabet. */
  @Provide
  Arbitrary<List<Task>> replies() {
    return tasks(
        tool -> Arbitraries.of(TOOLS.subList(0, tool)).list().uniqueElements().ofMaxSize(tool));
  }

  @Provide
  Arbitrary<List<Task>> unordered() {
    return tasks(_ -> Arbitraries.just(List.of()));
  }

  @Provide
  Arbitrary<List<Task>> knots() {
    return tasks(_ -> Arbitraries.of(TOOLS).list().uniqueElements().ofMaxSize(3));
  }

  @Provide
  Arbitrary<List<Integer>> durations() {
    return Arbitraries.integers().between(1, 20).list().ofSize(14);
  }

  private interface After {
    Arbitrary<List<String>> of(int tool);
  }

  /** A reply's calls; all calls of one tool come after the same. */
  private static Arbitrary<List<Task>> tasks(After after) {
    var afters =
        Combinators.combine(after(after, 0), after(after, 1), after(after, 2), after(after, 3))
            .as(List::of);
    return afters.flatMap(
        named -> task(named).list().ofMaxSize(14).map(WavePlanProperties::numbered));
  }

  private static Arbitrary<List<String>> after(After after, int tool) {
    return tool == 0 ? Arbitraries.of(0).flatMap(after::of) : after.of(tool);
  }

  private static Arbitrary<Task> task(List<List<String>> afters) {
    var keys = Arbitraries.of("x", "y", "z").list().uniqueElements().ofMaxSize(2);
    return Combinators.combine(
            Arbitraries.integers().between(0, 3), Arbitraries.of(SideEffect.class), keys, keys)
        .as(
            (tool, effect, exclusive, touches) ->
                new Task("", TOOLS.get(tool), effect, afters.get(tool), exclusive, touches));
  }

  private static List<Task> numbered(List<Task> tasks) {
    return IntStream.range(0, tasks.size())
        .mapToObj(
            i -> {
              var it = tasks.get(i);
              return new Task(
                  "c" + i, it.tool(), it.effect(), it.after(), it.exclusive(), it.touches());
            })
        .toList();
  }
}
