package io.tidegate.hook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much is delivered at a time, in all and to each host, so that no receiver is flooded and none
 * that hangs holds up the others. What finds no slot waits in line; the line has a bound too.
 */
final class Slots {
  private final int most;
  private final int mostOfHost;
  private final int mostWaiting;
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private int taken;

  /**
   * @param mostWaiting how many may wait for each host; those who count what they begin bound the
   *     rest
   */
  Slots(int most, int mostOfHost, int mostWaiting) {
    this.most = most;
    this.mostOfHost = mostOfHost;
    this.mostWaiting = mostWaiting;
  }

  private static final class Host {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int taken;
  }

  /** Begins the work when there is a slot; false if too much waits for the host already. */
  boolean take(String name, Runnable work) {
    var host = hosts.computeIfAbsent(name, _ -> new Host());
    if (host.waiting.size() >= mostWaiting) {
      return false;
    }
    host.waiting.add(work);
    fill();
    return true;
  }

  /** Gives a slot back. */
  void release(String name) {
    var host = hosts.get(name);
    if (host == null) {
      throw new IllegalStateException("nobody has a slot of " + name);
    }
    host.taken--;
    taken--;
    if (host.taken == 0 && host.waiting.isEmpty()) {
      hosts.remove(name);
    }
    fill();
  }

  private void fill() {
    for (var next = next(); next != null; next = next()) {
      next.run();
    }
  }

  /** One more that may begin; its host goes to the end of the line of hosts. */
  private @Nullable Runnable next() {
    if (taken >= most) {
      return null;
    }
    for (var entry : hosts.entrySet()) {
      var host = entry.getValue();
      if (host.taken < mostOfHost && !host.waiting.isEmpty()) {
        host.taken++;
        taken++;
        hosts.remove(entry.getKey());
        hosts.put(entry.getKey(), host);
        return host.waiting.remove();
      }
    }
    return null;
  }
}
