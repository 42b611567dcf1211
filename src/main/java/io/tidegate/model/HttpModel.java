package io.tidegate.model;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Reply;
import io.tidegate.run.Model;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The models behind the configured providers, asked over HTTP and streamed back. */
public final class HttpModel implements Model {
  private final Vertx vertx;
  private final Time time;
  private volatile Map<String, Upstream> upstreams = Map.of();

  /**
   * Connects to nobody yet.
   *
   * @param providers the providers by their names in the configuration
   * @throws IllegalArgumentException if a provider's address or header cannot be used
   */
  public HttpModel(Vertx vertx, Map<String, Provider> providers, Time time) {
    this.vertx = vertx;
    this.time = time;
    use(providers);
  }

  /**
   * Asks these providers from now on. Calls under way go on as they began; connections to an
   * address that stays are kept, and others are closed when their calls are over.
   *
   * @throws IllegalArgumentException if an address or a header cannot be used; then all is as
   *     before
   */
  public synchronized void use(Map<String, Provider> providers) {
    var before = upstreams;
    var now = new TreeMap<String, Upstream>();
    providers.forEach((name, provider) -> now.put(name, upstream(before.get(name), provider)));
    upstreams = now;
    before.values().stream()
        .filter(old -> now.values().stream().noneMatch(old::sharesConnections))
        .forEach(Upstream::retire);
  }

  private Upstream upstream(@Nullable Upstream before, Provider provider) {
    return before == null ? new Upstream(vertx, provider) : before.as(provider);
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var upstream = upstreams.get(ask.target().provider());
    if (upstream == null) {
      return new NeverAsked(noProvider(ask.target().provider()));
    }
    var context = (ContextInternal) vertx.getOrCreateContext();
    var exchange = new HttpExchange(context, upstream, ask, sink, time);
    exchange.start();
    return exchange;
  }

  /** Closes all connections; calls under way fail. */
  public Future<Void> close() {
    return Future.all(upstreams.values().stream().map(Upstream::close).toList()).mapEmpty();
  }

  private Future<Reply> noProvider(String name) {
    return Future.failedFuture(
        new Failed(
            ModelFailure.of(
                Kind.REJECTED,
                "there is no provider '"
                    + name
                    + "' (any more); add it to the providers in models.yaml, which has "
                    + upstreams.keySet()),
            true));
  }

  /** A question that could not be put to anybody. */
  private record NeverAsked(Future<Reply> reply) implements Exchange {
    @Override
    public void cancel() {}

    @Override
    public boolean sent() {
      return false;
    }
  }
}
