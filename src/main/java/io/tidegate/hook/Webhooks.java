package io.tidegate.hook;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal;
import io.tidegate.run.Outbox.Due;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is still to be told: at once what happens in this process, and from time to time
 * what the outbox has due, of whichever replica. All of it happens on one context; runs only leave
 * a word here and go on.
 */
public final class Webhooks implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

  private static final long PERIOD_MS = 500;

  /** When to ask for what is due after there was some: there may be more. */
  private static final long SHORT_PERIOD_MS = 50;

  /** Sessions that are looked at together; what is above that waits in the outbox. */
  private static final int MOST_LOOKS = 512;

  private static final int MOST_DUE = 64;
  private static final int DELIVERIES = 64;
  private static final int DELIVERIES_OF_HOST = 8;
  private static final int WAITING_FOR_HOST = 64;

  /** When to look again at a session whose receiver has too many in line. */
  private static final long BUSY_MS = 1_000;

  private static final long GRACE_MS = 2_000;

  private final HookSettings settings;
  private final HookShell shell;
  private final Context context;
  private final Post post;
  private final String claimant;
  private final Slots slots = new Slots(DELIVERIES, DELIVERIES_OF_HOST, WAITING_FOR_HOST);
  private final Map<Key, Running> running = new HashMap<>();
  private final Set<SessionId> nudged = ConcurrentHashMap.newKeySet();
  private Time.@Nullable Timer timer;
  private int looks;
  private volatile boolean leaving;

  private Webhooks(Vertx vertx, HookSettings settings, HookShell shell) {
    this.settings = settings;
    this.shell = shell;
    this.context = vertx.getOrCreateContext();
    this.post = new Post(vertx, context, shell.time(), DELIVERIES_OF_HOST);
    this.claimant = shell.ids().run();
  }

  private record Key(SessionId session, String hook) {}

  /** A courier that waits or is on its way, and whether there is more to tell since it set out. */
  private static final class Running {
    private final Promise<Long> promise = Promise.promise();
    private boolean again;
  }

  /** Begins to deliver; without anybody to tell, it never does anything. */
  public static Webhooks start(Vertx vertx, HookSettings settings, HookShell shell) {
    var webhooks = new Webhooks(vertx, settings, shell);
    if (settings.ofRuns() || !settings.hooks().isEmpty()) {
      webhooks.context.runOnContext(_ -> webhooks.pause(PERIOD_MS));
    }
    return webhooks;
  }

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    boolean told = entries.stream().anyMatch(entry -> settings.wants(entry.event()));
    if (told && nudged.size() < MOST_LOOKS && nudged.add(session)) {
      context.runOnContext(
          _ -> {
            nudged.remove(session);
            look(new Due(session, 0));
          });
    }
  }

  /**
   * Stops: what is on its way has a moment to arrive. What does not is delivered by others, or by
   * this replica's successor.
   */
  public Future<Void> stop() {
    leaving = true;
    var stopped = Promise.<Void>promise();
    context.runOnContext(
        _ -> {
          if (timer != null) {
            timer.cancel();
          }
          var grace = shell.time().after(GRACE_MS, () -> stopped.tryComplete());
          var left = running.values().stream().map(one -> one.promise.future()).toList();
          Future.join(left)
              .onComplete(
                  _ -> {
                    grace.cancel();
                    stopped.tryComplete();
                  });
        });
    return stopped.future().compose(_ -> post.close());
  }

  private void pause(long ms) {
    if (!leaving) {
      timer = shell.time().after(ms, () -> context.runOnContext(_ -> lookAround()));
    }
  }

  private void lookAround() {
    int room = Math.min(MOST_DUE, MOST_LOOKS - looks);
    if (room <= 0 || leaving) {
      pause(PERIOD_MS);
      return;
    }
    shell
        .outbox()
        .due(shell.time().now(), room)
        .onSuccess(
            due -> {
              due.forEach(this::look);
              pause(due.isEmpty() ? PERIOD_MS : SHORT_PERIOD_MS);
            })
        .onFailure(
            why -> {
              LOG.debug("what is due can't be known: {}", why.getMessage());
              pause(PERIOD_MS);
            });
  }

  /** Looks at a session; the outbox reminds of what could not be done. */
  private void look(Due due) {
    if (looks >= MOST_LOOKS || leaving) {
      return;
    }
    looks++;
    shell
        .journal()
        .find(due.session())
        .compose(this::tellAll)
        .compose(at -> looked(due, at))
        .onFailure(
            why -> LOG.debug("session {} waits to be told: {}", due.session(), why.getMessage()))
        .onComplete(_ -> looks--);
  }

  private Future<Void> looked(Due due, long again) {
    if (again > 0) {
      return shell.outbox().look(due.session(), again, due.seen());
    }
    // What a run left a word about is noted for later all the same, and looked at once more then.
    return due.seen() > 0 ? shell.outbox().settled(due) : Future.succeededFuture();
  }

  /** When to look again, or 0. */
  private Future<Long> tellAll(Journal.@Nullable Record session) {
    if (session == null) {
      return Future.succeededFuture(0L);
    }
    var all = Addressee.of(session, settings).stream().map(to -> tell(session.id(), to)).toList();
    return Future.join(all)
        .map(
            told ->
                told.<Long>list().stream()
                    .mapToLong(Long::longValue)
                    .filter(at -> at > 0)
                    .min()
                    .orElse(0));
  }

  private Future<Long> tell(SessionId session, Addressee to) {
    var key = new Key(session, to.id());
    var before = running.get(key);
    if (before != null) {
      before.again = true;
      return before.promise.future();
    }
    var begun = new Running();
    running.put(key, begun);
    if (!slots.take(to.host(), () -> send(key, to, begun))) {
      end(key, begun, Future.succeededFuture(shell.time().now() + BUSY_MS));
    }
    return begun.promise.future();
  }

  private void send(Key key, Addressee to, Running begun) {
    if (leaving) {
      end(key, begun, Future.failedFuture(new IllegalStateException("the gateway is leaving")));
      slots.release(to.host());
      return;
    }
    begun.again = false;
    var told = new Courier(shell, post, claimant, () -> leaving, key.session(), to).run();
    told.onComplete(
        _ -> {
          if (begun.again && told.succeeded()) {
            send(key, to, begun);
            return;
          }
          end(key, begun, told);
          slots.release(to.host());
        });
  }

  private void end(Key key, Running ended, Future<Long> told) {
    running.remove(key);
    told.onComplete(ended.promise);
  }
}
