package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.guard.BreakerSettings;
import io.tidegate.guard.GuardListener;
import io.tidegate.guard.GuardSettings;
import io.tidegate.guard.GuardSettings.Health;
import io.tidegate.guard.Guards;
import io.tidegate.loop.Pin;
import io.tidegate.model.HttpModel;
import io.tidegate.model.Provider;
import io.tidegate.run.Model;
import io.tidegate.run.Secret;
import io.tidegate.session.RedisStore;
import io.tidegate.session.TestRedis;
import io.tidegate.session.guard.RedisPermits;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model behind a real socket, asked by replicas that share a real Redis. */
class ModelGuardIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final String ANSWER =
      """
      data: {"choices":[{"delta":{"content":"Hi"}}]}

      data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final List<RedisStore> stores = new ArrayList<>();
  private Vertx vertx;
  private HttpServer server;
  private volatile long answerMs = 20;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    server =
        Harness.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    stores.forEach(store -> Harness.await(store.close()));
    Harness.await(vertx.close());
  }

  private void answer(HttpServerRequest request) {
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    vertx.setTimer(
        answerMs,
        _ -> {
          // Before it answers: the asker may be back before this thread goes on.
          now.decrementAndGet();
          request.response().putHeader("content-type", "text/event-stream").end(ANSWER);
        });
  }

  private Pin.Target target(long totalMs) {
    var timeout = new Pin.Timeout(60_000, 60_000, 60_000, totalMs);
    return new Pin.Target("p", "m", Price.FREE, timeout, 1, 100, null);
  }

  /** The model as one replica asks it. */
  private Model replica(int cluster) {
    var time = new VertxTime(vertx);
    var ids = new RandomIds();
    var store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 2));
    stores.add(store);
    var base = URI.create("http://127.0.0.1:" + server.actualPort() + "/v1");
    var provider =
        new Provider("p", Provider.Protocol.OPENAI_CHAT, base, Secret.NONE, Map.of(), 100);
    var health = new Health(BreakerSettings.DEFAULT, 100, cluster, 0.2);
    return new Guards(
            () -> new GuardSettings(Map.of("p/m", health), Map.of()),
            store.breakers(),
            store.quotas(),
            store.permits(time, ids, RedisPermits.LEASE_MS),
            time,
            ids,
            GuardListener.NONE)
        .around(new HttpModel(vertx, Map.of("p", provider), time));
  }

  private Future<Reply> ask(Model model, Pin.Target target) {
    Promise<Reply> reply = Promise.promise();
    var ask =
        new Model.Ask(
            target,
            "",
            List.of(),
            List.of(new Message.User("Hello")),
            null,
            null,
            "r",
            1,
            Model.Terms.plain("t"));
    vertx
        .getOrCreateContext()
        .runOnContext(_ -> model.ask(ask, new Deaf()).reply().onComplete(reply));
    return reply.future();
  }

  @Test
  void questionsOfAllReplicasKeepToTheirPlaces() {
    var here = replica(3);
    var there = replica(3);
    var target = target(600_000);
    var all = IntStream.range(0, 40).mapToObj(i -> ask(i % 2 == 0 ? here : there, target)).toList();
    Harness.await(Future.all(all));
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void whoHasNoPlaceWhenItsTimeIsOverIsTold() {
    answerMs = 60_000;
    var here = replica(1);
    var there = replica(1);
    ask(here, target(600_000));
    Site.until("the first is asked", () -> now.get() == 1);
    var waits = ask(there, target(300));
    var why = Harness.await(waits.transform(done -> Future.succeededFuture(done.cause())));
    assertThat(why)
        .isInstanceOfSatisfying(
            Model.Failed.class,
            failed -> {
              assertThat(failed.failure().kind()).isEqualTo(Kind.OVERLOADED);
              assertThat(failed.free()).isTrue();
            });
    assertThat(now.get()).isEqualTo(1);
  }

  private static final class Deaf implements Model.Sink {
    @Override
    public void text(String delta) {}

    @Override
    public void reasoning(String delta) {}

    @Override
    public void sealed(ToolCall call) {}
  }
}
