package io.tidegate.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.internal.PlatformDependent;
import io.tidegate.config.Look;
import io.tidegate.config.Settings;
import io.tidegate.guard.GuardedToolbox;
import io.tidegate.guard.Guards;
import io.tidegate.guard.RetryBudgets;
import io.tidegate.hook.HookShell;
import io.tidegate.hook.Webhooks;
import io.tidegate.http.Departure;
import io.tidegate.http.FrontDoor;
import io.tidegate.http.Metrics;
import io.tidegate.http.Patience;
import io.tidegate.loop.Entry;
import io.tidegate.meter.BudgetGauges;
import io.tidegate.meter.BudgetMeters;
import io.tidegate.meter.CurrentSpan;
import io.tidegate.meter.Exposition;
import io.tidegate.meter.GuardMeters;
import io.tidegate.meter.HookMeters;
import io.tidegate.meter.ProcessMeters;
import io.tidegate.meter.ReloadMeters;
import io.tidegate.meter.RunLog;
import io.tidegate.meter.RunMeters;
import io.tidegate.meter.ServerMeters;
import io.tidegate.meter.trace.Traces;
import io.tidegate.model.HttpModel;
import io.tidegate.policy.CelConditions;
import io.tidegate.policy.CelRules;
import io.tidegate.run.BudgetDesk;
import io.tidegate.run.BudgetWaker;
import io.tidegate.run.Census;
import io.tidegate.run.Documents;
import io.tidegate.run.Ids;
import io.tidegate.run.LiveSessions;
import io.tidegate.run.Retention;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Shell;
import io.tidegate.run.Time;
import io.tidegate.run.Toolbox;
import io.tidegate.session.AuditSweep;
import io.tidegate.session.RedisSettings;
import io.tidegate.session.RedisStore;
import io.tidegate.session.bundled.BundledRedis;
import io.tidegate.session.guard.RedisPermits;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.stream.FeedListener;
import io.tidegate.stream.Feeds;
import io.tidegate.stream.Projection;
import io.tidegate.tool.ConfiguredToolbox;
import io.tidegate.tool.JsonSchemas;
import io.tidegate.tool.JsonStates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway, wired from its settings: from Redis inwards when it starts, from the front
 * door when it stops.
 */
public final class Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final long ALARM_PERIOD_MS = 1_000;
  private static final long QUEUE_PERIOD_MS = 2_000;
  private static final long INBOX_PERIOD_MS = 5_000;

  /** How long clients have to take the last that they are sent. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final LiveSettings live;
  private final AtomicBoolean leaving = new AtomicBoolean();
  private volatile Runnable refuse = () -> {};
  private volatile Consumer<Settings> renew = _ -> {};
  private final Deque<Supplier<Future<Void>>> stops = new ArrayDeque<>();
  private final Time time;
  private final Ids ids = new RandomIds();
  private final CurrentSpan span = new CurrentSpan();
  private final PrometheusMeterRegistry registry = Exposition.registry(span);
  private final ServerMeters server = new ServerMeters(registry);
  private final ReloadMeters reloads;

  private Gateway(Vertx vertx, Settings settings) {
    this.vertx = vertx;
    this.live = new LiveSettings(settings);
    this.time = new VertxTime(vertx);
    this.reloads = new ReloadMeters(registry, time::now);
  }

  /** A gateway that serves. */
  public record Open(Gateway gateway, FrontDoor door, LiveSessions sessions) {
    public Future<Void> stop() {
      return gateway.stop();
    }

    /** Goes by what is written from now on; first is what it was started on. */
    void follow(Reload.Written written, Look first) {
      gateway.follow(written, first);
    }
  }

  /** Starts a gateway; completes when it serves. What it had begun is stopped again if it can't. */
  public static Future<Open> start(Vertx vertx, Settings settings) {
    var gateway = new Gateway(vertx, settings);
    var context = vertx.getOrCreateContext();
    // All that is asked at first goes over the connections of this one event loop.
    return Future.<Void>future(turn -> context.runOnContext(_ -> turn.complete()))
        .compose(_ -> gateway.redis(settings))
        .compose(store -> gateway.open(settings, store))
        .recover(cause -> gateway.stop().compose(_ -> Future.failedFuture(cause)));
  }

  private Future<RedisStore> redis(Settings all) {
    var settings = all.redis();
    return url(settings)
        .compose(
            url -> {
              var store =
                  RedisStore.at(
                      vertx,
                      PipeSettings.of(url, settings.connections()),
                      all.hooks()::wants,
                      time::now,
                      server::answered);
              stops.push(store::close);
              return store
                  .journal()
                  .ping()
                  .map(store)
                  .recover(cause -> Future.failedFuture(unreachable(settings, cause)));
            });
  }

  /** The address stays unsaid: it may hold a password. */
  private static RuntimeException unreachable(RedisSettings settings, Throwable cause) {
    var which =
        settings.url().isEmpty()
            ? "the bundled Redis"
            : "the Redis that REDIS_URL, or redis.url in gateway.yaml, names";
    return new IllegalStateException(
        which + " can't be used: " + String.valueOf(cause.getMessage()), cause);
  }

  private Future<String> url(RedisSettings settings) {
    if (!settings.url().isEmpty()) {
      return Future.succeededFuture(settings.url().reveal());
    }
    return BundledRedis.start(vertx, settings.data())
        .map(
            redis -> {
              stops.push(
                  () ->
                      vertx.executeBlocking(
                          () -> {
                            redis.close();
                            return null;
                          }));
              return redis.url();
            });
  }

  private Future<Open> open(Settings settings, RedisStore store) {
    var journal = store.journal();
    var traces =
        Traces.start(
            settings.telemetry().tracing(),
            live::conventionalName,
            new SecureRandom()::nextLong,
            ids,
            registry);
    stops.push(() -> closed(traces));
    var meters = new RunMeters(registry, live::conventionalName, span);
    // Health and metrics go on while everything else stops.
    var opened = new AtomicReference<FrontDoor>();
    stops.push(() -> opened.get() == null ? Future.succeededFuture() : opened.get().close());
    var webhooks = webhooks(settings, store, registry);
    stops.push(webhooks::stop);
    var model = new HttpModel(vertx, settings.providers(), time);
    stops.push(model::close);
    var guardMeters = new GuardMeters(registry);
    var permits = store.permits(time, ids, RedisPermits.LEASE_MS);
    every(RedisPermits.PERIOD_MS, "places of calls may be lost", permits::renew);
    var guards =
        new Guards(live::guards, store.breakers(), store.quotas(), permits, time, ids, guardMeters);
    stops.push(
        () -> {
          guards.close();
          return Future.succeededFuture();
        });
    var tools =
        new ConfiguredToolbox(
            vertx, live::tools, new RetryBudgets(live::toolGuards, guardMeters), time, ids);
    stops.push(tools::close);
    var results = store.results(ids);
    var toolbox =
        new GuardedToolbox(
            tools, live::toolGuards, guards.breakers(), permits, results, time, guardMeters);
    var sessions =
        new LiveSessions(
            vertx,
            new Shell(
                guards.caching(results, guards.around(model)),
                guards.routing(new CelConditions()),
                toolbox,
                new JsonSchemas(),
                new JsonStates(),
                new CelRules(),
                live,
                journal,
                store.replicas(),
                store.queue(),
                store.budgets(settings.budgets(), time),
                time,
                ids,
                listener(
                    traces,
                    meters,
                    new BudgetMeters(registry, settings.namedTenants()),
                    new RunLog(settings.telemetry().logging()),
                    webhooks),
                settings.limits(),
                settings.tenants(),
                settings.replica(),
                traces.origins()));
    stops.push(() -> sessions.leave(handOver(settings.drain())));
    refuse = sessions::refuse;
    meters.showActive(sessions::active);
    showQueued(store, meters);
    var sweeper = ids.session();
    var retention = new Retention(journal.shelf(), settings.ages(), time, sweeper);
    every(Retention.PERIOD_MS, "old sessions stay", retention::tick);
    var census = new Census(journal.shelf(), store.replicas(), store.queue(), time, sweeper);
    every(Census.PERIOD_MS, "sessions that nobody drives are not looked for", census::tick);
    var auditSweep = store.auditSweep(sweeper, settings.telemetry().auditMs());
    every(AuditSweep.PERIOD_MS, "audit logs are not looked after", auditSweep::tick);
    var measured = measure(store);
    var feeds = new Feeds(journal, sessions, time, watchingFeeds());
    var book = store.budgetBook(settings.budgets(), live::agentNames, time);
    var waker = new BudgetWaker(book, sessions);
    every(BudgetWaker.PERIOD_MS, "runs that wait for budgets are not looked for", waker::tick);
    var gauges = new BudgetGauges(registry, book::named, settings::namedTenants);
    every(BudgetGauges.PERIOD_MS, "it is not known how budgets stand", gauges::look);
    var house =
        new FrontDoor.House(
            sessions,
            journal,
            store.audit(),
            new Documents(vertx, journal.archive(), time, ids),
            live,
            new BudgetDesk(book, waker::raised, live),
            feeds,
            new Departure(ids),
            new Patience(time, ids),
            time,
            this::metrics,
            server::served,
            () -> leaving.get() || !sessions.alive());
    int eventLoops = Runtime.getRuntime().availableProcessors();
    // Others may count on this process only when it can be reached.
    return FrontDoor.open(vertx, settings.http(), house, eventLoops)
        .compose(
            door -> {
              opened.set(door);
              stops.push(() -> door.shutdown(GOODBYE));
              renew = others -> renew(others, toolbox, model, door);
              return sessions.open(alone(settings)).map(door);
            })
        .compose(door -> measured.map(door))
        .map(door -> opened(door, sessions))
        .onSuccess(_ -> vertx.executeBlocking(() -> warmedUp(settings, toolbox), false));
  }

  private static RunListener listener(Traces traces, RunListener... others) {
    var all = new ArrayList<>(List.of(others));
    if (traces.on()) {
      all.add(traces.listener());
    }
    return RunListener.all(all.toArray(RunListener[]::new));
  }

  private Future<Void> closed(AutoCloseable blocking) {
    return vertx.executeBlocking(
        () -> {
          blocking.close();
          return null;
        },
        false);
  }

  /** What goodbyes before it and connections after it leave of the drain. */
  private static Duration handOver(Duration drain) {
    var rest = drain.minus(GOODBYE.multipliedBy(4));
    return rest.compareTo(GOODBYE) < 0 ? GOODBYE : rest;
  }

  /** The bundled server is this process's own. */
  private static boolean alone(Settings settings) {
    return settings.redis().url().isEmpty();
  }

  /** Does something from time to time until the gateway stops. */
  private void every(long ms, String otherwise, Supplier<? extends Future<?>> task) {
    long timer =
        vertx.setPeriodic(
            ms, _ -> task.get().onFailure(why -> LOG.warn("{}: {}", otherwise, why.getMessage())));
    stops.push(
        () -> {
          vertx.cancelTimer(timer);
          return Future.succeededFuture();
        });
  }

  /** A look from time to time: Redis is not asked by whoever asks for metrics. */
  private void showQueued(RedisStore store, RunMeters meters) {
    var depth = new AtomicLong();
    meters.showQueued(depth::get);
    every(
        QUEUE_PERIOD_MS,
        "it is not known how much work waits",
        () -> store.queue().size().onSuccess(depth::set));
  }

  private Metrics.Page metrics(@Nullable String accept) {
    var type = Exposition.type(accept);
    return new Metrics.Page(type, registry.scrape(type));
  }

  /** What has to be asked for from time to time; completes when all of it can be shown. */
  private Future<?> measure(RedisStore store) {
    // What it asks the JVM for takes a while to find, the first time.
    var process =
        vertx.executeBlocking(
            () -> new ProcessMeters(registry, PlatformDependent::usedDirectMemory), false);
    stops.push(() -> process.compose(this::closed));
    var lag = new LoopLag(vertx, server::lag);
    every(
        LoopLag.PERIOD_MS,
        "event loops are not measured",
        () -> {
          lag.probe();
          return Future.succeededFuture();
        });
    every(
        INBOX_PERIOD_MS,
        "it is not known what waits for people",
        () -> store.waitingForPeople().onSuccess(server::waitingForPeople));
    return process;
  }

  private FeedListener watchingFeeds() {
    return new FeedListener() {
      @Override
      public void opened(SessionId session) {
        server.clients(1);
      }

      @Override
      public void closed(SessionId session) {
        server.clients(-1);
      }

      @Override
      public void lagged(SessionId session) {
        server.lagged();
      }

      @Override
      public void recovered(SessionId session) {
        server.recovered();
      }
    };
  }

  private Webhooks webhooks(Settings settings, RedisStore store, MeterRegistry registry) {
    return Webhooks.start(
        vertx,
        settings.hooks(),
        new HookShell(
            store.journal(),
            store.outbox(),
            Gateway::publicly,
            time,
            ids,
            new HookMeters(registry)));
  }

  private static @Nullable Buffer publicly(SessionId session, Entry entry) {
    var event = Projection.of(session, entry);
    return event == null ? null : event.json();
  }

  /**
   * Compiles schemas and loads classes off the event loops, so that few runs have to wait for it.
   */
  private static Settings warmedUp(Settings settings, Toolbox toolbox) {
    CelRules.warmUp();
    settings.all().stream()
        .flatMap(agent -> agent.pin().tools().stream())
        .forEach(contract -> toolbox.check(contract, "{}"));
    return settings;
  }

  /** What is checked comes first, so that nothing has changed if it fails. */
  private void renew(Settings others, Toolbox toolbox, HttpModel model, FrontDoor door) {
    var ready = warmedUp(others, toolbox);
    model.use(ready.providers());
    live.replace(ready);
    door.use(ready.http().keys());
  }

  /** A look that takes long, such as at a file system that hangs, is not joined by others. */
  private void follow(Reload.Written written, Look first) {
    var everyMs = live.now().reloadMs();
    if (everyMs == null) {
      return;
    }
    var reload = new Reload(written, first, live::now, renew, reloads);
    var looking = new AtomicBoolean();
    every(
        everyMs,
        "changes of the configuration are not seen",
        () ->
            looking.compareAndSet(false, true)
                ? vertx.executeBlocking(reload::look, false).onComplete(_ -> looking.set(false))
                : Future.succeededFuture());
  }

  private Open opened(FrontDoor door, LiveSessions sessions) {
    every(ALARM_PERIOD_MS, "approvals could not expire", sessions::expireApprovals);
    return new Open(this, door, sessions);
  }

  /**
   * Stops everything, the last started first; what fails to stop does not keep the rest from it.
   */
  public Future<Void> stop() {
    leaving.set(true);
    refuse.run();
    Future<Void> all = Future.succeededFuture();
    while (!stops.isEmpty()) {
      var stop = stops.pop();
      all =
          all.eventually(stop)
              .recover(
                  why -> {
                    LOG.warn("stopping: {}", why.getMessage());
                    return Future.succeededFuture();
                  });
    }
    return all;
  }
}
