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
    var firsts = new Firsts(tasks, waits);
    for (var task : inOrder(tasks)) {
      var after = firsts.of(task.after());
      var sharing = keys.take(task);
      int wave = Math.max(after.wave(), wave(sharing, waits));
      waits.put(task.call(), new Waits(after.calls(), sharing, wave));
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
    var seen = new HashSet<String>();
    tasks.forEach(task -> visit(task, byTool, seen, ordered));
    return ordered;
  }

  /** A tool that {@code byTool} has no more has been visited as a whole. */
  private static void visit(
      Task task, Map<String, List<Task>> byTool, Set<String> seen, List<Task> ordered) {
    if (!seen.add(task.call())) {
      return;
    }
    for (var tool : task.after()) {
      byTool.getOrDefault(tool, List.of()).forEach(first -> visit(first, byTool, seen, ordered));
      byTool.remove(tool);
    }
    ordered.add(task);
  }

  private static int wave(List<String> firsts, Map<String, Waits> placed) {
    int wave = 1;
    for (var first : firsts) {
      wave = Math.max(wave, 1 + level(first, placed));
    }
    return wave;
  }

  private static int level(String call, Map<String, Waits> placed) {
    return placed.getOrDefault(call, Waits.NOTHING).wave();
  }

  /**
   * The calls of the tools that come first. Once all of them have their place, they are the same
   * for whoever comes after the same tools, and found once.
   */
  private static final class Firsts {
    private final List<Task> tasks;
    private final Map<String, Waits> placed;
    private final Map<List<String>, After> complete = new HashMap<>();

    private record After(List<String> calls, int wave) {
      static final After NOTHING = new After(List.of(), 1);
    }

    Firsts(List<Task> tasks, Map<String, Waits> placed) {
      this.tasks = tasks;
      this.placed = placed;
    }

    After of(List<String> tools) {
      if (tools.isEmpty()) {
        return After.NOTHING;
      }
      var known = complete.get(tools);
      if (known != null) {
        return known;
      }
      var all = tasks.stream().filter(task -> tools.contains(task.tool())).map(Task::call).toList();
      var calls = all.stream().filter(placed::containsKey).toList();
      var found = new After(calls, wave(calls, placed));
      if (calls.size() == all.size()) {
        complete.put(tools, found);
      }
      return found;
    }
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
      holders.put(key, new Holders(List.of(call), new ArrayList<>()));
    }

    private void share(String key, String call, List<String> waitsFor) {
      var before = holders.get(key);
      if (before == null) {
        before = new Holders(List.of(), new ArrayList<>());
        holders.put(key, before);
      }
      waitsFor.addAll(before.alone());
      before.shared().add(call);
    }
  }
}
