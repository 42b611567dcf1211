package io.tidegate.app;

import static io.tidegate.app.Harness.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.guard.BreakerSettings;
import io.tidegate.guard.Breakers;
import io.tidegate.guard.GuardListener;
import io.tidegate.guard.GuardedToolbox;
import io.tidegate.guard.RetryBudgets;
import io.tidegate.guard.ToolGuardSettings;
import io.tidegate.guard.ToolGuardSettings.Care;
import io.tidegate.guard.ToolGuardSettings.Server;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.SessionId;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.tidegate.session.RedisStore;
import io.tidegate.session.TestRedis;
import io.tidegate.session.guard.RedisPermits;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.tool.ConfiguredToolbox;
import io.tidegate.tool.ToolSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tools behind real sockets, called by replicas that share a real Redis. */
class ToolGuardIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private final AtomicInteger requests = new AtomicInteger();
  private volatile Consumer<HttpServerRequest> tool = request -> request.response().end("{}");
  private Vertx vertx;
  private HttpServer server;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    server =
        await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request -> {
                      requests.incrementAndGet();
                      request.body().onSuccess(_ -> tool.accept(request));
                    })
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private ToolGuardSettings.Cache cache;

  private String origin() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private void answers(int status, String json) {
    tool =
        request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json);
  }

  private ToolSettings settings(SideEffect effect, int attempts) {
    var contract =
        new Contract(
            "t",
            "",
            new Json("{\"type\":\"object\"}"),
            effect,
            List.of(),
            "",
            "",
            OnUnknown.ASK,
            30_000,
            "d");
    var http =
        new ToolSettings.Target.Http("POST", origin() + "/run", Map.of(), Map.of(), null, false);
    var retry = new ToolSettings.Retry(attempts, 1, 1);
    return new ToolSettings(contract, http, retry, 1_000, "", 65_536);
  }

  /** The tools of one replica. */
  private final class Replica {
    private final ToolSettings settings;
    private final GuardedToolbox toolbox;

    Replica(ToolSettings settings, Server care, int cluster) {
      this.settings = settings;
      var guards =
          new ToolGuardSettings(
              Map.of("t", new Care(origin(), cluster, cache)), Map.of(origin(), care));
      var time = new VertxTime(vertx);
      var store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 2));
      var tools =
          new ConfiguredToolbox(
              vertx,
              () -> Map.of("t", settings),
              new RetryBudgets(() -> guards, GuardListener.NONE),
              time,
              new RandomIds());
      toolbox =
          new GuardedToolbox(
              tools,
              () -> guards,
              new Breakers(store.breakers(), time, GuardListener.NONE),
              store.permits(time, new RandomIds(), RedisPermits.LEASE_MS),
              store.results(new RandomIds()),
              time,
              GuardListener.NONE);
    }

    Future<Returned> call() {
      var invocation =
          new Invocation(
              new SessionId("default", "s1"),
              "r1",
              "c1",
              settings.contract(),
              new Json("{}"),
              1,
              "key");
      Promise<Returned> result = Promise.promise();
      vertx
          .getOrCreateContext()
          .runOnContext(_ -> toolbox.start(invocation).result().onComplete(result));
      return result.future();
    }

    List<Returned> calls(int count) {
      var all = IntStream.range(0, count).mapToObj(_ -> call()).toList();
      return await(Future.all(all)).list();
    }
  }

  private static Server never() {
    return new Server(new BreakerSettings(1, 1, 60_000, 10_000, 10_000, 60_000, 1, 0), 0.2);
  }

  @Test
  void aThousandErrorsDoNotOpenTheBreakerOfTheirServer() {
    var replica = new Replica(settings(SideEffect.WRITE, 3), Server.DEFAULT, 0);
    answers(200, "{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"no\"}]}");
    for (int i = 0; i < 10; i++) {
      assertThat(replica.calls(100))
          .allSatisfy(it -> assertThat(it.failure()).isEqualTo(FailureClass.TOOL_ERROR));
    }
    answers(422, "{\"code\":7}");
    assertThat(replica.calls(100))
        .allSatisfy(it -> assertThat(it.failure()).isEqualTo(FailureClass.TOOL_ERROR));
    assertThat(requests).hasValue(1_100);
  }

  @Test
  void aServerThatBreaksIsLeftAloneByAllReplicasAndNothingIsUnknown() {
    var settings = settings(SideEffect.WRITE, 1);
    var here = new Replica(settings, Server.DEFAULT, 0);
    var there = new Replica(settings, Server.DEFAULT, 0);
    answers(503, "{}");
    here.calls(20);
    int before = requests.get();
    var refused = await(here.call());
    // On a machine that is too busy a call may end in a way that says nothing about the server.
    for (int i = 0; i < 10 && refused.tries() > 0; i++) {
      before = requests.get();
      refused = await(here.call());
    }
    assertThat(refused.failure()).isEqualTo(FailureClass.TRANSPORT);
    assertThat(refused.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(refused.tries()).isZero();
    assertThat(refused.result().text()).contains("can't be reached at present");
    var others = await(there.call());
    for (int i = 0; i < 100 && others.tries() > 0; i++) {
      before = requests.get();
      others = await(there.call());
    }
    assertThat(others.tries()).isZero();
    assertThat(requests).hasValue(before);
  }

  @Test
  void retriesAreAShareOfTheCallsHoweverManyEachMayMake() {
    answers(503, "{}");
    var replica = new Replica(settings(SideEffect.READ, 5), never(), 0);
    for (int i = 0; i < 10; i++) {
      replica.calls(20);
    }
    assertThat(requests.get()).isBetween(200 + 10, 200 + 10 + 40);
  }

  @Test
  void ofEqualCallsOfAllReplicasOneIsSentAndErrorsAreNotKept() {
    cache = new ToolGuardSettings.Cache(60_000, false, "");
    var settings = settings(SideEffect.READ, 1);
    var here = new Replica(settings, never(), 0);
    var there = new Replica(settings, never(), 0);
    answers(422, "{\"code\":7}");
    assertThat(await(here.call()).failure()).isEqualTo(FailureClass.TOOL_ERROR);
    requests.set(0);
    tool =
        request ->
            vertx.setTimer(
                50,
                _ ->
                    request
                        .response()
                        .putHeader("Content-Type", "application/json")
                        .end("{\"n\":1}"));
    var calls = IntStream.range(0, 40).mapToObj(i -> (i % 2 == 0 ? here : there).call()).toList();
    var all = await(Future.all(calls)).<Returned>list();
    assertThat(requests).hasValue(1);
    assertThat(all).allSatisfy(it -> assertThat(it.result()).isEqualTo(new Json("{\"n\":1}")));
    assertThat(await(there.call()).cached()).isTrue();
    assertThat(requests).hasValue(1);
  }

  @Test
  void callsOfAllReplicasKeepToTheirPlaces() {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    tool =
        request -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          vertx.setTimer(
              20,
              _ -> {
                now.decrementAndGet();
                request.response().putHeader("Content-Type", "application/json").end("{}");
              });
        };
    var settings = settings(SideEffect.READ, 1);
    var here = new Replica(settings, never(), 3);
    var there = new Replica(settings, never(), 3);
    var calls = IntStream.range(0, 40).mapToObj(i -> (i % 2 == 0 ? here : there).call()).toList();
    assertThat(await(Future.all(calls)).<Returned>list())
        .allSatisfy(it -> assertThat(it.outcome()).isEqualTo(Outcome.SUCCEEDED));
    assertThat(most.get()).isBetween(1, 3);
  }
}
