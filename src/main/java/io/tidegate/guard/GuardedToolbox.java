package io.tidegate.guard;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.SideEffect;
import io.tidegate.run.Permits;
import io.tidegate.run.ResultCache;
import io.tidegate.run.Time;
import io.tidegate.run.Toolbox;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Tools with guards around them. A call that may be sent has its place in the cluster first, and
 * then its server's breaker has the last word, so that what it knows is not old when the call goes
 * out. While a server starts slowly after trouble, each of its tools is called by fewer at a time.
 */
public final class GuardedToolbox implements Toolbox {
  /** What waits is bounded by the calls of a replica; this bounds it for one tool. */
  private static final int LINE_MOST = 20_000;

  private final Toolbox next;
  private final Supplier<ToolGuardSettings> settings;
  private final Breakers breakers;
  private final Permits permits;
  private final ToolCache cache;
  private final Time time;
  private final Map<String, Turnstile> byTool = new ConcurrentHashMap<>();

  /**
   * @param settings asked for each time: what it says of tools may change
   */
  public GuardedToolbox(
      Toolbox next,
      Supplier<ToolGuardSettings> settings,
      Breakers breakers,
      Permits permits,
      ResultCache results,
      Time time,
      GuardListener listener) {
    this.next = next;
    this.settings = settings;
    this.breakers = breakers;
    this.permits = permits;
    this.cache = new ToolCache(results, time, listener);
    this.time = time;
  }

  @Override
  public Check check(Contract contract, String arguments) {
    return next.check(contract, arguments);
  }

  @Override
  public boolean changed(Contract pinned) {
    return next.changed(pinned);
  }

  @Override
  public Question question(Json args) {
    return next.question(args);
  }

  @Override
  public int concurrency(String tool) {
    return next.concurrency(tool);
  }

  @Override
  public Execution start(Invocation invocation) {
    var care = settings.get().tools().get(invocation.contract().name());
    if (care == null) {
      return next.start(invocation);
    }
    boolean reads = invocation.contract().effect() == SideEffect.READ;
    return care.cache() != null && reads
        ? cache.call(invocation, care.cache(), () -> send(invocation, care))
        : send(invocation, care);
  }

  private Execution send(Invocation invocation, ToolGuardSettings.Care care) {
    var breaker =
        breakers.of("tool:" + care.server(), settings.get().server(care.server()).breaker());
    return new GuardedCall(next, invocation, breaker, time)
        .begin(
            turnstile(invocation.contract().name(), care.server(), breaker),
            permits,
            care.cluster());
  }

  /** A tool that moves to another server has another. */
  private Turnstile turnstile(String tool, String server, Breaker breaker) {
    return byTool.computeIfAbsent(
        tool + " at " + server, _ -> new Turnstile(() -> share(tool, breaker.share()), LINE_MOST));
  }

  /** Calls of the tool at a time; the run ring holds them to its limit when nothing is wrong. */
  private int share(String tool, double share) {
    return share == 1 ? Integer.MAX_VALUE : (int) Math.ceil(next.concurrency(tool) * share);
  }
}
