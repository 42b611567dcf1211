package io.tidegate.hook;

import static io.tidegate.session.Await.await;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.hook.HookSettings.Hook;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.run.HookEvent;
import io.tidegate.run.HookListener;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Outbox;
import io.tidegate.run.Secret;
import io.tidegate.run.SessionId;
import io.tidegate.session.RedisJournal;
import io.tidegate.session.RedisStore;
import io.tidegate.session.codec.SampleEntries;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.stream.Projection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Replicas on one Redis: their stores and webhooks, without runs. */
final class Site implements AutoCloseable {
  static final String SECRET = "whsec_aHVzaCBodXNoIGh1c2g=";
  private static final AtomicInteger NEXT = new AtomicInteger();

  final Vertx vertx = Vertx.vertx();
  final HandTime time = new HandTime();
  final Receiver receiver = new Receiver(vertx, time);
  private final String redis;
  private final List<RedisStore> stores = new ArrayList<>();
  private final List<Webhooks> replicas = new ArrayList<>();

  Site(String redis) {
    this.redis = redis;
  }

  /** A webhook at a path of the receiver, for all events but run.started. */
  Hook hook(String path, String... agents) {
    var events = Set.of(HookEvent.RUN_STOPPED, HookEvent.RUN_SUSPENDED, HookEvent.RUN_RESUMED);
    var url = URI.create(receiver.url(path));
    return new Hook(path.substring(1), url, new Secret(SECRET), events, Set.of(agents));
  }

  static HookSettings settings(Hook... hooks) {
    return new HookSettings(List.of(hooks), Secret.NONE, List.of());
  }

  Webhooks replica(HookSettings settings) {
    return replica(settings, outbox -> outbox, (_, _) -> {});
  }

  Webhooks replica(HookSettings settings, UnaryOperator<Outbox> with, HookListener listener) {
    var store = store(settings);
    var shell =
        new HookShell(
            store.journal(),
            with.apply(store.outbox()),
            (session, entry) -> Projection.of(session, entry).json(),
            time,
            new FixedIds("replica-" + NEXT.incrementAndGet(), 0.5),
            listener);
    var webhooks = Webhooks.start(vertx, settings, shell);
    replicas.add(webhooks);
    return webhooks;
  }

  RedisStore store(HookSettings settings) {
    var store = RedisStore.at(vertx, PipeSettings.of(redis, 1), settings::wants, time::now);
    stores.add(store);
    return store;
  }

  /** A new session, with the journal that is written to and the replica that is told of it. */
  Log log(HookSettings settings, Webhooks... told) {
    return new Log(store(settings), List.of(told), "s_" + NEXT.incrementAndGet());
  }

  /** A session's log while it grows. */
  final class Log {
    final RedisStore store;
    final RedisJournal journal;
    final SessionId session;
    private final List<Webhooks> told;
    private long head;

    private Log(RedisStore store, List<Webhooks> told, String id) {
      this.store = store;
      this.journal = store.journal();
      this.told = told;
      this.session = new SessionId("default", id);
      var opened = new Event.Opened("a", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "ci");
      append("", opened);
    }

    /** Appends, and tells the replicas. */
    Log append(String run, Event... events) {
      return append(Map.of(), time.now(), run, events);
    }

    Log append(Map<String, String> meta, long at, String run, Event... events) {
      var entries = new ArrayList<Entry>();
      for (var event : events) {
        entries.add(new Entry(head + entries.size() + 1, at, run, event));
      }
      await(journal.append(session, new Batch("me", 1, head, 0, entries, Status.IDLE, meta)));
      head += entries.size();
      told.forEach(one -> one.recorded(session, entries, RunState.EMPTY));
      return this;
    }

    long head() {
      return head;
    }
  }

  static Event asked(String agent) {
    return asked(agent, null);
  }

  static Event asked(String agent, Event.Hook hook) {
    var pin = SampleEntries.pin();
    var named =
        new Pin(
            agent,
            pin.instructions(),
            pin.route(),
            pin.tools(),
            pin.rules(),
            pin.output(),
            pin.outputAttempts(),
            pin.verified(),
            pin.suspendOnFailure(),
            pin.limits());
    return new Event.Asked(named, "Go.", Json.EMPTY_OBJECT, "ci", hook, null);
  }

  static Event stopped() {
    return new Event.Stopped(stop(StopReason.COMPLETED, true));
  }

  static Event suspended() {
    return new Event.Suspended(stop(StopReason.APPROVAL_PENDING, false));
  }

  static Event resumed() {
    return new Event.Resumed(2);
  }

  static Event unwanted() {
    return new Event.ModelAsked(1, 1, 0, "m");
  }

  private static Stop stop(StopReason reason, boolean terminal) {
    return new Stop(reason, "", terminal, null, 1, 0, Usage.NONE, Usd.ZERO, 5, "");
  }

  @Override
  public void close() {
    receiver.answers(_ -> 204);
    var stops = replicas.stream().map(Webhooks::stop).toList();
    var all = Future.join(stops);
    receiver.until(all::isComplete, 500);
    stores.forEach(store -> await(store.close()));
    await(vertx.close());
  }
}
