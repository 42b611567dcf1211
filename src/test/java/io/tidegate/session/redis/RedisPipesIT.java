package io.tidegate.session.redis;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Await.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Journal.Unavailable;
import io.tidegate.session.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands of one turn of an event loop reach a real Redis together. */
class RedisPipesIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final Pattern READS = Pattern.compile("total_reads_processed:(\\d+)");
  private static final String ROUTE = "route";

  private static Vertx vertx;
  private static Redis direct;
  private static Script script;
  private RedisPipes pipes;
  private Context loop;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    direct = Redis.createClient(vertx, REDIS.url());
    var source = "redis.call('RPUSH', KEYS[1], ARGV[1]) return ARGV[1]";
    var sha = await(direct.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(source)));
    script = new Script("push", sha.toString(), source);
  }

  @AfterAll
  static void close() {
    await(direct.close());
    await(vertx.close());
  }

  @BeforeEach
  void begin() {
    await(direct.send(Request.cmd(Command.FLUSHALL)));
    pipes = new RedisPipes(vertx, PipeSettings.of(REDIS.url(), 1), List.of(script));
    loop = vertx.getOrCreateContext();
    on(() -> pipes.send(ROUTE, Request.cmd(Command.PING)));
  }

  @Test
  void commandsOfOneTurnAreOneReadOfRedis() {
    long before = reads();
    var said = on(() -> Future.all(pushes(50))).<Response>list();
    // The look itself is a read too, and so is what a server may be asked besides.
    assertThat(reads() - before).isLessThan(10);
    assertThat(said).extracting(Response::toString).isEqualTo(numbers(50));
    assertThat(pushed()).isEqualTo(numbers(50));
  }

  @Test
  void moreThanGoTogetherGoInTurns() {
    on(() -> Future.all(pushes(500)));
    assertThat(pushed()).isEqualTo(numbers(500));
  }

  @Test
  void commandThatNobodyWaitsForGoesWithTheNextAndBeforeIt() {
    on(() -> Future.all(soon(0), push(1)));
    assertThat(pushed()).isEqualTo(numbers(2));
  }

  @Test
  void commandThatNobodyWaitsForGoesAloneIfNoneComes() {
    assertThat(on(() -> soon(0)).toString()).isEqualTo("0");
  }

  @Test
  void commandThatNobodyWaitsForGoesBeforeTheEnd() {
    var sent = Promise.<Future<Response>>promise();
    on(
        () -> {
          sent.complete(soon(0));
          return pipes.close();
        });
    // Its answer may not come any more, but Redis has it.
    await(sent.future()).onFailure(_ -> {});
    while (pushed().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void refusedCommandTakesNoOtherWithIt() {
    var refused =
        on(
            () -> {
              var ahead = push(0);
              var wrong = pipes.send(ROUTE, Request.cmd(Command.INCR).arg("list"));
              return Future.join(ahead, wrong, push(1)).transform(_ -> done(ahead, wrong));
            });
    assertThat(failure(refused)).hasMessageContaining("WRONGTYPE");
    // What went with it was done, and for want of an answer done again.
    assertThat(pushed()).isEqualTo(List.of("0", "1", "0", "1"));
    on(() -> Future.all(push(2), push(3)));
    assertThat(pushed()).endsWith("2", "3").hasSize(6);
  }

  private static Future<Future<Response>> done(Future<Response> ahead, Future<Response> wrong) {
    return ahead.map(_ -> wrong);
  }

  @Test
  void scriptsThatRedisForgotAreLoadedAgain() {
    await(direct.send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
    var said = on(() -> Future.all(pushes(3))).<Response>list();
    assertThat(said).extracting(Response::toString).isEqualTo(numbers(3));
    assertThat(pushed()).isEqualTo(numbers(3));
  }

  @Test
  void connectionThatIsCutTakesAllOfItsTurnWithIt() {
    on(() -> pipes.send(ROUTE, Request.cmd(Command.PING)));
    var lost =
        on(
            () -> {
              var cut = Request.cmd(Command.CLIENT).arg("KILL").arg("TYPE").arg("normal");
              pipes.send(ROUTE, cut.arg("SKIPME").arg("no"));
              var first = push(0);
              return first.transform(_ -> Future.succeededFuture(first));
            });
    assertThat(failure(lost)).isInstanceOf(Unavailable.class);
    assertThat(on(() -> push(1)).toString()).isEqualTo("1");
  }

  private List<Future<Response>> pushes(int count) {
    return IntStream.range(0, count).mapToObj(this::push).toList();
  }

  private Future<Response> push(int n) {
    return pipes.run(ROUTE, call(n));
  }

  private Future<Response> soon(int n) {
    return pipes.runSoon(ROUTE, call(n));
  }

  private static ScriptCall call(int n) {
    return new ScriptCall(script).keys("list").arg(n);
  }

  private <T> T on(Supplier<Future<T>> task) {
    var done = Promise.<T>promise();
    loop.runOnContext(_ -> task.get().onComplete(done));
    return await(done.future());
  }

  private static List<String> pushed() {
    return await(direct.send(Request.cmd(Command.LRANGE).arg("list").arg(0).arg(-1))).stream()
        .map(Response::toString)
        .toList();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static long reads() {
    var said = await(direct.send(Request.cmd(Command.INFO).arg("stats"))).toString();
    var found = READS.matcher(said);
    assertThat(found.find()).isTrue();
    return Long.parseLong(found.group(1));
  }
}
