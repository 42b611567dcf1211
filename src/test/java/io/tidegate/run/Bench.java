package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.SideEffect;
import io.tidegate.guard.GuardListener;
import io.tidegate.guard.GuardSettings;
import io.tidegate.guard.Guards;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Sessions.Start;
import io.tidegate.run.Sessions.Started;
import io.tidegate.testing.InMemoryBreakerStates;
import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.InMemoryPermits;
import io.tidegate.testing.InMemoryQuotas;
import io.tidegate.testing.InMemoryReplicas;
import io.tidegate.testing.InMemoryWorkQueue;
import io.tidegate.testing.ManualTime;
import io.tidegate.tool.JsonStates;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shell on a real Vert.x, with fakes at all its ports. Tests act on its one context. */
final class Bench {
  static final long TIMEOUT_MS = 30_000;
  static final SessionId SESSION = new SessionId("default", "s1");

  final Vertx vertx;
  final Context context;
  final ManualTime time = new ManualTime();
  final InMemoryJournal memory = new InMemoryJournal(time);
  final WatchedJournal journal = new WatchedJournal(memory);
  final InMemoryReplicas replicas = new InMemoryReplicas(time, memory);
  final InMemoryWorkQueue queue = new InMemoryWorkQueue(time);
  final FakeBudgets budgets = new FakeBudgets();
  final InMemoryBreakerStates breakers = new InMemoryBreakerStates(time);
  final ScriptedModel model = new ScriptedModel();
  final FakeToolbox toolbox = new FakeToolbox(journal);
  final FakeRules rules = new FakeRules();
  final Heard heard = new Heard();
  final Map<String, Pin> pins = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger tags = new AtomicInteger();
  private ReplicaSettings replica = ReplicaSettings.DEFAULT;
  private volatile double fraction;
  private TenantLimits tenants = TenantLimits.NONE;
  private GatewayLimits limits = new GatewayLimits(20_000, 100_000, 4_000, 0, 0);
  private List<String> outputProblems = List.of();
  private States states = new JsonStates();
  private @Nullable LiveSessions sessions;

  Bench(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    pins.put("agent", pin(Limits.DEFAULT));
  }

  /** What runs told their listener. */
  static final class Heard implements RunListener {
    final List<String> words = new CopyOnWriteArrayList<>();
    final AtomicInteger stops = new AtomicInteger();
    final AtomicInteger suspensions = new AtomicInteger();
    final AtomicInteger taken = new AtomicInteger();
    final List<Answered> answered = new CopyOnWriteArrayList<>();
    final List<String> waits = new CopyOnWriteArrayList<>();

    @Override
    public void modelAnswered(Answered how) {
      answered.add(how);
    }

    @Override
    public void waited(Wait what, long ms) {
      waits.add(what + " " + ms);
    }

    @Override
    public void takenOver(int sessions) {
      taken.addAndGet(sessions);
    }

    @Override
    public void delta(SessionId session, Delta delta) {
      words.add(delta.text());
    }

    @Override
    public void recorded(SessionId session, List<Entry> recorded, RunState state) {
      for (var entry : recorded) {
        if (entry.event() instanceof Event.Stopped) {
          stops.incrementAndGet();
        } else if (entry.event() instanceof Event.Suspended) {
          suspensions.incrementAndGet();
        }
      }
    }
  }

  /** A Vert.x on which all contexts share one thread, as manual time needs it. */
  static Vertx oneLoop() {
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  }

  LiveSessions sessions() {
    if (sessions == null) {
      sessions = process();
      open(sessions, false);
    }
    return sessions;
  }

  private void open(LiveSessions process, boolean alone) {
    if (Vertx.currentContext() == null) {
      on(() -> process.open(alone));
    } else {
      process.open(alone);
    }
  }

  /** A process that comes after the one there is, on the same journal, and takes up its runs. */
  LiveSessions restarted() {
    sessions = process();
    open(sessions, true);
    return sessions;
  }

  /** One more process on the same journal. */
  LiveSessions another() {
    var other = process();
    open(other, false);
    return other;
  }

  /** What a process that is dead by now left under way. */
  Bench left(Status status, List<Entry> entries) {
    replicas.enter("dead", 1);
    memory.append(SESSION, new Batch("dead", 1, 0, 0, entries, status, Map.of()));
    return this;
  }

  private LiveSessions process() {
    return new LiveSessions(vertx, shell(model, toolbox, heard, new Wire()));
  }

  /** What a process needs of the world, as far as its wire reaches. */
  Shell shell(ScriptedModel models, FakeToolbox tools, RunListener listener, Wire wire) {
    return new Shell(
        models,
        new Guards(
                () -> GuardSettings.NONE,
                breakers,
                new InMemoryQuotas(),
                new InMemoryPermits(),
                time,
                ids(),
                GuardListener.NONE)
            .routing((_, _) -> true),
        tools,
        (_, text) -> new Schemas.Verdict(new Json(text), outputProblems),
        states,
        rules,
        agents(),
        wire.through(Journal.class, journal),
        wire.through(Replicas.class, replicas),
        wire.through(WorkQueue.class, queue),
        budgets,
        time,
        ids(),
        listener,
        limits,
        tenants,
        replica,
        Tracing.OFF);
  }

  private Agents agents() {
    return new Agents() {
      @Override
      public Optional<Agent> find(String name) {
        return Optional.ofNullable(pins.get(name)).map(pin -> new Agent(name, "", pin, "{}"));
      }

      @Override
      public List<Agent> all() {
        return pins.keySet().stream().map(name -> find(name).orElseThrow()).toList();
      }
    };
  }

  private Ids ids() {
    return new Ids() {
      @Override
      public String session() {
        return "s" + ids.incrementAndGet();
      }

      @Override
      public String run() {
        return "r" + ids.incrementAndGet();
      }

      @Override
      public int tag() {
        return tags.incrementAndGet();
      }

      @Override
      public double fraction() {
        return fraction;
      }
    };
  }

  Bench limits(GatewayLimits changed) {
    limits = changed;
    return this;
  }

  Bench tenants(Map<String, Integer> concurrentRuns) {
    tenants = new TenantLimits(concurrentRuns);
    return this;
  }

  /** What chance says from now on: from 0 to below 1. */
  Bench chance(double changed) {
    fraction = changed;
    return this;
  }

  Bench replica(ReplicaSettings changed) {
    replica = changed;
    return this;
  }

  Bench states(States changed) {
    states = changed;
    return this;
  }

  Bench outputHas(String... problems) {
    outputProblems = List.of(problems);
    return this;
  }

  Bench agent(Pin pin) {
    pins.put("agent", pin);
    return this;
  }

  static Pin pin(Limits limits) {
    return pin(limits, null, false, List.of());
  }

  static Pin pin(Limits limits, @Nullable Json output, boolean verified, List<Pin.Rule> rules) {
    var target = new Pin.Target("p", "model", Price.FREE, Pin.Timeout.DEFAULT, 2, 1_000, null);
    var tools =
        List.of(
            tool("look", SideEffect.READ, OnUnknown.FAIL, ""),
            tool("find", SideEffect.READ, OnUnknown.FAIL, "", "look"),
            tool("put", SideEffect.IDEMPOTENT, OnUnknown.FAIL, ""),
            tool("post", SideEffect.WRITE, OnUnknown.ASK, ""),
            tool("beep", SideEffect.WRITE, OnUnknown.RETRY, ""),
            tool("book", SideEffect.WRITE, OnUnknown.FAIL, "args.account"),
            byPeople(tool("ask", SideEffect.READ, OnUnknown.FAIL, "")),
            storing(tool("read", SideEffect.READ, OnUnknown.FAIL, ""), "reads[]"),
            storing(tool("save", SideEffect.WRITE, OnUnknown.ASK, ""), "last.saved"));
    return new Pin(
        "agent",
        "Do it.",
        new Pin.Route("smart", List.of(target)),
        tools,
        rules,
        output,
        1,
        verified,
        false,
        limits);
  }

  private static Contract byPeople(Contract tool) {
    return with(tool, "", true);
  }

  private static Contract storing(Contract tool, String into) {
    return with(tool, into, false);
  }

  private static Contract with(Contract tool, String into, boolean byPeople) {
    return new Contract(
        tool.name(),
        tool.description(),
        tool.input(),
        tool.effect(),
        tool.after(),
        tool.exclusive(),
        tool.touches(),
        tool.onUnknown(),
        tool.timeoutMs(),
        tool.digest(),
        into,
        byPeople,
        false);
  }

  private static Contract tool(
      String name, SideEffect effect, OnUnknown onUnknown, String exclusive, String... after) {
    return new Contract(
        name,
        "",
        Json.EMPTY_OBJECT,
        effect,
        List.of(after),
        exclusive,
        "",
        onUnknown,
        5_000,
        "digest-" + name);
  }

  Start start(@Nullable String session, OnBusy onBusy, @Nullable String key) {
    return new Start(
        "default",
        session,
        "agent",
        "Go.",
        Limits.Change.NONE,
        Json.EMPTY_OBJECT,
        onBusy,
        key,
        "test",
        WorkQueue.USUAL,
        null);
  }

  /** Starts a run in a new session named s1. */
  Started begin() {
    return on(() -> sessions().start(start("s1", OnBusy.REJECT, null)));
  }

  /** Acts on the context and waits for what comes of it. */
  <T> T on(Supplier<Future<T>> action) {
    return await(Hop.on(context, action));
  }

  void act(Runnable action) {
    on(
        () -> {
          action.run();
          return Future.succeededFuture();
        });
  }

  /** Waits for a failure that is a {@link Rejection}. */
  Rejection.Kind refused(Supplier<Future<?>> action) {
    try {
      on(() -> action.get().mapEmpty());
    } catch (IllegalStateException failed) {
      if (failed.getCause() instanceof Rejection rejection) {
        return rejection.kind();
      }
      throw failed;
    }
    throw new AssertionError("it was not refused");
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (TimeoutException | InterruptedException late) {
      throw new AssertionError("it did not complete", late);
    }
  }

  /** Lets the context work until the condition holds. */
  void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
    while (!holds(condition)) {
      assertThat(System.nanoTime()).as("%s; the log ends with %s", what, end()).isLessThan(end);
    }
  }

  private boolean holds(BooleanSupplier condition) {
    return on(() -> Future.succeededFuture(condition.getAsBoolean()));
  }

  /** Lets the context do all that it can do by itself. */
  void calm() {
    for (int i = 0; i < 50; i++) {
      act(() -> {});
    }
  }

  void untilAsked(int questions) {
    until("the model is asked", () -> model.questions().size() >= questions);
  }

  void untilSent(int calls) {
    until("the calls are sent", () -> toolbox.sent().size() >= calls);
  }

  /**
   * What waits for its time beside what a process at rest looks after: lease, work, facts,
   * listeners.
   */
  int timersOfRuns() {
    return time.waiting() - 4;
  }

  void advance(long ms) {
    act(() -> time.advance(ms));
  }

  List<Entry> log() {
    return memory.entries(SESSION);
  }

  private String end() {
    var log = log();
    return log.subList(Math.max(0, log.size() - 10), log.size()).stream()
        .map(entry -> entry.seq() + " " + entry.event().getClass().getSimpleName())
        .toList()
        .toString();
  }

  <E extends Event> List<E> events(Class<E> kind) {
    return log().stream().map(Entry::event).filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits for the session's nth stop, from 1. */
  Stop stopped(int nth) {
    until("the run stops", () -> heard.stops.get() >= nth);
    return events(Event.Stopped.class).get(nth - 1).stop();
  }

  /** Waits until the session's log has so many stops. */
  List<Stop> untilStops(int stops) {
    until("the run stops", () -> events(Event.Stopped.class).size() >= stops);
    return events(Event.Stopped.class).stream().map(Event.Stopped::stop).toList();
  }

  /** Lets time pass in steps, with all that happens in it. */
  void pass(long ms) {
    for (long passed = 0; passed < ms; passed += 250) {
      advance(250);
      calm();
    }
  }

  /** Nothing wrong was asked of model and tools, and nothing is left over. */
  void check() {
    assertThat(model.wrongs()).isEmpty();
    assertThat(toolbox.wrongs()).isEmpty();
  }

  Stop suspended(int nth) {
    until("the run is suspended", () -> heard.suspensions.get() >= nth);
    return events(Event.Suspended.class).get(nth - 1).stop();
  }

  void untilNothingIsDriven() {
    until("all drivers are released", () -> sessions().active() == 0);
  }
}
