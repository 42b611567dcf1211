package io.tidegate.wave;

import io.tidegate.conversation.SideEffect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each call of one reply waits for. A call that waits for nothing may run at once; a wave is a
 * level of the graph, shown to people, and no barrier.
 *
 * <p>Three things make a call wait: calls of the tools that its own comes {@code after}; an earlier
 * call that holds the same exclusive key; and, for what they touch, an earlier call with the same
 * key if one of the two changes it.
 */
public final class WavePlan {
  public static final WavePlan EMPTY = new WavePlan(Map.of());
  private final Map<String, Waits> waits;

  private WavePlan(Map<String, Waits> waits) {
    this.waits = waits;
  }

  /**
   * A call as the plan sees it.
   *
   * @param call its id
   * @param tool the tool it calls
   * @param effect what that does to the world
   * @param after tools whose calls come first, wherever in the reply they stand
   * @param exclusive keys that it holds alone
   * @param touches keys that it reads, or changes if its effect is not {@code READ}
   */
  public record Task(
      String call,
      String tool,
      SideEffect effect,
      List<String> after,
      List<String> exclusive,
      List<String> touches) {}

  /**
   * What a call waits for.
   *
   * @param after calls that it comes after by its tool's contract
   * @param sharing calls before it that share a key with it
   * @param wave its level, from 1
   */
  public record Waits(List<String> after, List<String> sharing, int wave) {
    private static final Waits NOTHING = new Waits(List.of(), List.of(), 1);
  }

  /** The plan for calls in the order in which the model made them. */
  public static WavePlan of(List<Task> tasks) {
    var keys = new Keys();
    var waits = new LinkedHashMap<String, Waits>();
    for (var task : inOrder(tasks)) {
      var after = after(task, tasks, waits.keySet());
      var sharing = keys.take(task);
      waits.put(task.call(), new Waits(after, sharing, wave(after, sharing, waits)));
    }
    return new WavePlan(waits);
  }

  /** What the call waits for; a call that the plan does not know waits for nothing. */
  public Waits waits(String call) {
    return waits.getOrDefault(call, Waits.NOTHING);
  }

  /**
   * The tasks so that each comes behind those of the tools it is {@code after}, and in the model's
   * order otherwise. A cycle, which the configuration refuses, is cut where the model's order comes
   * to it first.
   */
  private static List<Task> inOrder(List<Task> tasks) {
    if (tasks.stream().allMatch(task -> task.after().isEmpty())) {
      return tasks;
    }
    var ordered = new ArrayList<Task>(tasks.size());
    var byTool = new HashMap<String, List<Task>>();
    tasks.forEach(task -> byTool.computeIfAbsent(task.tool(), tool -> new ArrayList<>()).add(task));
    var seen = new HashSet<Task>();
    tasks.forEach(task -> visit(task, byTool, seen, ordered));
    return ordered;
  }

  private static void visit(
      Task task, Map<String, List<Task>> byTool, Set<Task> seen, List<Task> ordered) {
    if (!seen.add(task)) {
      return;
    }
    for (var tool : task.after()) {
      byTool.getOrDefault(tool, List.of()).forEach(first -> visit(first, byTool, seen, ordered));
    }
    ordered.add(task);
  }

  private static List<String> after(Task task, List<Task> tasks, Set<String> placed) {
    if (task.after().isEmpty()) {
      return List.of();
    }
    return tasks.stream()
        .filter(other -> task.after().contains(other.tool()) && placed.contains(other.call()))
        .map(Task::call)
        .toList();
  }

  private static int wave(List<String> after, List<String> sharing, Map<String, Waits> placed) {
    int wave = 1;
    for (var first : after) {
      wave = Math.max(wave, 1 + level(first, placed));
    }
    for (var first : sharing) {
      wave = Math.max(wave, 1 + level(first, placed));
    }
    return wave;
  }

  private static int level(String call, Map<String, Waits> placed) {
    return placed.getOrDefault(call, Waits.NOTHING).wave();
  }

  /** Who holds each key: the last call that has it alone, and those that have shared it since. */
  private static final class Keys {
    private final Map<String, Holders> holders = new HashMap<>();

    private record Holders(List<String> alone, List<String> shared) {}

    /** The calls that the task waits for; from now on others wait for it. */
    List<String> take(Task task) {
      var waitsFor = new ArrayList<String>();
      for (var key : task.exclusive()) {
        takeAlone(key, task.call(), waitsFor);
      }
      for (var key : task.touches()) {
        if (task.effect() == SideEffect.READ && !task.exclusive().contains(key)) {
          share(key, task.call(), waitsFor);
        } else {
          takeAlone(key, task.call(), waitsFor);
        }
      }
      return waitsFor.stream().filter(call -> !call.equals(task.call())).distinct().toList();
    }

    private void takeAlone(String key, String call, List<String> waitsFor) {
      var before = holders.get(key);
      if (before != null) {
        waitsFor.addAll(before.shared().isEmpty() ? before.alone() : before.shared());
      }
      holders.put(key, new Holders(List.of(call), List.of()));
    }

    private void share(String key, String call, List<String> waitsFor) {
      var before = holders.get(key);
      if (before == null) {
        holders.put(key, new Holders(List.of(), List.of(call)));
        return;
      }
      waitsFor.addAll(before.alone());
      var shared = new ArrayList<>(before.shared());
      shared.add(call);
      holders.put(key, new Holders(before.alone(), shared));
    }
  }
}
