package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Message;
import io.tidegate.run.Replicas;
import io.tidegate.run.Replicas.Hearing;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What replicas tell each other; two stores are two processes. */
@Timeout(60)
class MessagesIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final SessionId SESSION = new SessionId("acme ü", "s_1");
  private static final int TIMEOUT_MS = 1_000;

  private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
  private final Semaphore gaps = new Semaphore(0);
  private Vertx vertx;
  private Relay relay;
  private RedisStore store;
  private RedisStore other;
  private Replicas replicas;
  private Redis direct;

  @BeforeEach
  void connect() {
    vertx = Vertx.vertx();
    relay = new Relay(vertx, REDIS.url());
    store = store(relay.url());
    other = store(REDIS.url());
    replicas = store.replicas();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  private RedisStore store(String url) {
    return RedisStore.at(vertx, new PipeSettings(List.of(url), 1, TIMEOUT_MS, 1_000));
  }

  @AfterEach
  void close() {
    await(store.close());
    await(other.close());
    await(relay.close());
    await(vertx.close());
  }

  @Test
  void messagesAreHeardInTheirOrderByWhomTheyAreFor() {
    hear();
    LongStream.range(0, 100).forEach(this::tell);
    await(other.replicas().tell("b", new Message.WorkWaits()));
    tell(100);
    for (long head = 0; head <= 100; head++) {
      assertThat(next()).isEqualTo(grew(head));
    }
    assertThat(heard).isEmpty();
    assertThat(gaps.availablePermits()).isZero();
  }

  @Test
  void whatNobodyHearsIsLost() {
    await(replicas.tell("nobody", new Message.WorkWaits()));
  }

  @Test
  void connectionThatWasKilledComesBackAndTheGapIsTold() throws InterruptedException {
    hear();
    for (int i = 0; i < 3; i++) {
      send(Request.cmd(Command.CLIENT).arg("KILL").arg("TYPE").arg("pubsub"));
      awaitGap();
      tell(i);
      assertThat(next()).isEqualTo(grew(i));
    }
  }

  @Test
  void gapIsToldWhenRedisIsUpAgain() throws IOException, InterruptedException {
    hear();
    REDIS.kill();
    awaitGap();
    subscribed(1);
  }

  @Test
  void silentConnectionIsNoticed() throws InterruptedException {
    hear();
    relay.silence();
    awaitGap();
    tell(1);
    assertThat(next()).isEqualTo(grew(1));
  }

  @Test
  void quietConnectionThatStandsIsKept() {
    hear();
    var before = pubSubClient();
    int pings = pings();
    while (pings() < pings + 3) {
      Thread.onSpinWait();
    }
    assertThat(pubSubClient()).isEqualTo(before);
    assertThat(gaps.availablePermits()).isZero();
    tell(1);
    assertThat(next()).isEqualTo(grew(1));
  }

  @Test
  void firstConnectionThatTookSeveralAttemptsIsNoGap() {
    relay.refuse(5);
    hear();
    assertThat(relay.refusals()).isZero();
    tell(1);
    assertThat(next()).isEqualTo(grew(1));
    assertThat(gaps.availablePermits()).isZero();
  }

  @Test
  void whatIsNoMessageOfThisVersionIsDropped() {
    hear();
    for (var text : List.of("", "{", "{\"t\":\"sang\"}", "\u0000")) {
      send(Request.cmd(Command.PUBLISH).arg(Keys.channel("a")).arg(text));
    }
    tell(1);
    assertThat(next()).isEqualTo(grew(1));
  }

  @Test
  void faultOfWhoHearsDoesNotEndTheHearing() {
    replicas.hear(
        "a",
        message -> {
          heard.add(message);
          throw new IllegalStateException("a bug");
        },
        gaps::release);
    subscribed(1);
    tell(1);
    tell(2);
    assertThat(next()).isEqualTo(grew(1));
    assertThat(next()).isEqualTo(grew(2));
  }

  @Test
  void twoHearIndependently() {
    hear();
    hear().close();
    subscribed(1);
    tell(1);
    assertThat(next()).isEqualTo(grew(1));
  }

  @Test
  void closedHearingAndClosedStoreHearNoMore() {
    hear().close();
    subscribed(0);
    hear();
    await(store.close());
    subscribed(0);
    assertThat(gaps.availablePermits()).isZero();
  }

  /** Hears what "a" is told, from when it returns. */
  private Hearing hear() {
    int before = subscribers();
    var hearing = replicas.hear("a", heard::add, gaps::release);
    subscribed(before + 1);
    return hearing;
  }

  private void tell(long head) {
    await(other.replicas().tell("a", grew(head)));
  }

  private static Message grew(long head) {
    return new Message.Grew(SESSION, head);
  }

  private Message next() {
    try {
      var next = heard.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("a message").isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitGap() throws InterruptedException {
    assertThat(gaps.tryAcquire(30, TimeUnit.SECONDS)).as("a gap").isTrue();
  }

  /** Goes on when so many listen. */
  private void subscribed(int count) {
    while (subscribers() != count) {
      Thread.onSpinWait();
    }
  }

  private int subscribers() {
    var answer = send(Request.cmd(Command.PUBSUB).arg("NUMSUB").arg(Keys.channel("a")));
    return answer.get(1).toInteger();
  }

  /** The address from which the channel is listened to. */
  private String pubSubClient() {
    var list = send(Request.cmd(Command.CLIENT).arg("LIST").arg("TYPE").arg("pubsub")).toString();
    return list.substring(0, list.indexOf(' '));
  }

  private int pings() {
    var stats = send(Request.cmd(Command.INFO).arg("commandstats")).toString();
    var calls = Pattern.compile("cmdstat_ping:calls=(\\d+)").matcher(stats);
    return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
  }

  private Response send(Request request) {
    return await(direct.send(request));
  }
}
