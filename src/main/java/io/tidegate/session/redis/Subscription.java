package io.tidegate.session.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that is listened to, on a connection of its own: Redis wants that. The connection comes
 * back by itself for as long as the subscription is open, and is asked from time to time whether it
 * still stands.
 *
 * <p>All but {@link #open} and {@link #close} happens on one event loop.
 */
final class Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final PipeSettings settings;
  private final String channel;
  private final Consumer<String> onPayload;
  private final Runnable onGap;
  private @Nullable Link link;
  private boolean answered;
  private int asked;
  private boolean closed;
  private int attempts;
  private long pauseMs = FIRST_PAUSE_MS;

  private Subscription(
      Vertx vertx,
      PipeSettings settings,
      String channel,
      Consumer<String> onPayload,
      Runnable onGap) {
    this.vertx = vertx;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.settings = settings;
    this.channel = channel;
    this.onPayload = onPayload;
    this.onGap = onGap;
  }

  /**
   * Listens from soon on.
   *
   * @param onGap called each time that the channel is listened to again after it was not
   */
  static Subscription open(
      Vertx vertx,
      PipeSettings settings,
      String channel,
      Consumer<String> onPayload,
      Runnable onGap) {
    var subscription = new Subscription(vertx, settings, channel, onPayload, onGap);
    subscription.context.runOnContext(_ -> subscription.begin());
    return subscription;
  }

  /** Listens no more, and closes the connection. */
  Future<Void> close() {
    var done = Promise.<Void>promise();
    context.runOnContext(_ -> end().onComplete(done));
    return done.future();
  }

  private Future<Void> end() {
    closed = true;
    var last = link;
    link = null;
    return last == null ? Future.succeededFuture() : last.close();
  }

  private void begin() {
    connect();
    vertx.setPeriodic(settings.timeoutMs(), this::look);
  }

  /** What is published at one node of a Cluster is heard at all: any of them will do. */
  private void connect() {
    if (closed) {
      return;
    }
    var node = settings.node(attempts++);
    new Connector(vertx, node, List.of())
        .once(settings.timeoutMs())
        .onSuccess(this::subscribe)
        .onFailure(_ -> again());
  }

  private void subscribe(Link up) {
    if (closed) {
      up.close();
      return;
    }
    link = up;
    answered = true;
    up.onEnd(() -> lose(up));
    asked++;
    up.connection().handler(this::hear);
    up.send(Request.cmd(Command.SUBSCRIBE).arg(channel)).onFailure(_ -> lose(up));
  }

  private void lose(Link lost) {
    if (lost.equals(link)) {
      link = null;
      lost.close();
      again();
    }
  }

  private void again() {
    if (!closed) {
      vertx.setTimer(pauseMs, _ -> connect());
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** Gives a connection up that said nothing since the last look, though it was asked to. */
  private void look(long timer) {
    var current = link;
    if (closed) {
      vertx.cancelTimer(timer);
    } else if (current != null && !answered) {
      lose(current);
    } else if (current != null) {
      answered = false;
      // A message may come in place of the answer, and the answer then as if it were a message.
      current.send(Request.cmd(Command.PING)).onSuccess(this::hear);
    }
  }

  private void hear(@Nullable Response said) {
    answered = true;
    if (closed || said == null || said.type() != ResponseType.MULTI || said.size() < 3) {
      return;
    }
    switch (said.get(0).toString()) {
      case "subscribe" -> subscribed();
      case "message" -> run(() -> onPayload.accept(said.get(2).toString()));
      default -> {}
    }
  }

  private void subscribed() {
    pauseMs = FIRST_PAUSE_MS;
    // It may have been heard at Redis before though its answer was lost on the way.
    if (asked > 1) {
      run(onGap);
    }
  }

  /** A fault of who hears must not end the hearing. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("what came on a channel could not be handled", bug);
    }
  }
}
