package io.tidegate.session.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections to Redis: a few for each event loop, so that no command changes threads. Commands
 * of one route keep their order.
 */
public final class RedisPipes {
  private final Vertx vertx;
  private final PipeSettings settings;
  private final List<Script> scripts;
  private final RoundTrips heard;
  private final Map<Thread, List<RedisPipe>> byLoop = new ConcurrentHashMap<>();
  private final List<RedisPipe> others;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  /**
   * @param scripts those that are loaded with each connection
   */
  public RedisPipes(Vertx vertx, PipeSettings settings, List<Script> scripts) {
    this(vertx, settings, scripts, RoundTrips.UNHEARD);
  }

  /**
   * @param scripts those that are loaded with each connection
   * @param heard hears of each answer
   */
  public RedisPipes(Vertx vertx, PipeSettings settings, List<Script> scripts, RoundTrips heard) {
    this.heard = heard;
    this.vertx = vertx;
    this.settings = settings;
    this.scripts = List.copyOf(scripts);
    this.others = open(false);
  }

  /** Sends a command and gives its answer; fails with {@code Journal.Unavailable} if none comes. */
  public Future<@Nullable Response> send(String route, Request request) {
    return timed(request.command().toString(), pipe(route).send(request, true));
  }

  /** Runs a script, and loads it first if Redis has forgotten it. */
  public Future<@Nullable Response> run(String route, ScriptCall call) {
    return run(route, call, true);
  }

  /**
   * As {@link #run}, when nobody waits for it: it goes with the next command of its connection, or
   * some milliseconds later. What is sent after it on its route still comes after it.
   */
  public Future<@Nullable Response> runSoon(String route, ScriptCall call) {
    return run(route, call, false);
  }

  private Future<@Nullable Response> run(String route, ScriptCall call, boolean hurry) {
    return timed(call.name(), run(pipe(route), call, hurry));
  }

  private Future<@Nullable Response> timed(String command, Future<@Nullable Response> answer) {
    if (heard == RoundTrips.UNHEARD) {
      return answer;
    }
    long begun = System.nanoTime();
    return answer.onComplete(
        got -> heard.answered(command, System.nanoTime() - begun, got.succeeded()));
  }

  private static Future<@Nullable Response> run(RedisPipe pipe, ScriptCall call, boolean hurry) {
    return pipe.send(call.byDigest(), hurry)
        .recover(
            failure ->
                failure instanceof ErrorType error && error.is("NOSCRIPT")
                    ? pipe.send(call.bySource(), hurry)
                    : Future.failedFuture(failure));
  }

  /**
   * Listens to a channel, with a connection of its own; both are called on an event loop.
   *
   * @param onPayload gets what is published on it, as a text
   * @param onGap called each time that the channel is listened to again after it was not
   */
  public Runnable subscribe(String channel, Consumer<String> onPayload, Runnable onGap) {
    var subscription = Subscription.open(vertx, settings, channel, onPayload, onGap);
    subscriptions.add(subscription);
    return () -> {
      subscriptions.remove(subscription);
      subscription.close();
    };
  }

  /** Closes all connections; commands that wait fail. */
  public Future<Void> close() {
    var pipes = Stream.concat(Stream.of(others), byLoop.values().stream()).flatMap(List::stream);
    var closing =
        Stream.concat(pipes.map(RedisPipe::close), subscriptions.stream().map(Subscription::close));
    return Future.join(closing.toList()).mapEmpty();
  }

  private RedisPipe pipe(String route) {
    var pipes = Context.isOnEventLoopThread() ? ofThisLoop() : others;
    return pipes.get(Math.floorMod(route.hashCode(), pipes.size()));
  }

  private List<RedisPipe> ofThisLoop() {
    return byLoop.computeIfAbsent(Thread.currentThread(), _ -> open(true));
  }

  private List<RedisPipe> open(boolean together) {
    return Stream.generate(() -> new RedisPipe(vertx, settings, scripts, together))
        .limit(settings.connections())
        .toList();
  }
}
