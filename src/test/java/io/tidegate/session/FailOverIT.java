package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Await.failure;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.entry;
import static io.tidegate.session.Sessions.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Facts;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replica of Redis is promoted that lacks what the primary acknowledged last. */
class FailOverIT {
  @RegisterExtension static final TestRedis PRIMARY = new TestRedis();
  @RegisterExtension static final TestRedis REPLICA = new TestRedis();

  private static final int OWNERS = 7;
  private static final int STRANGERS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static Vertx vertx;
  private static Relay link;
  private static RedisStore before;
  private static RedisStore after;
  private static Redis replica;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    link = new Relay(vertx, PRIMARY.url());
    before = RedisStore.at(vertx, PipeSettings.of(PRIMARY.url(), 1));
    after = RedisStore.at(vertx, PipeSettings.of(REPLICA.url(), 1));
    replica = Redis.createClient(vertx, REPLICA.url());
  }

  @AfterAll
  static void close() {
    await(Future.all(before.close(), after.close(), link.close()));
    await(vertx.close());
  }

  @Test
  void lostEntriesAreMissedThoughOthersHaveAppendedAsMany() {
    var session = fresh();
    await(before.journal().append(session, created()));
    await(before.journal().append(session, owners(1, 0, 2)));
    follow(link.url());
    untilReplicated(session);
    link.refuse(Integer.MAX_VALUE);
    link.cut();
    await(before.journal().append(session, owners(3, OWNERS, 2)));
    promote();

    assertThat(await(after.journal().find(session)).head()).isEqualTo(3);
    await(after.journal().add(session, facts(3, OWNERS, 2)));
    assertThat(refusal(after.journal().append(session, owners(5, OWNERS, 1))))
        .isEqualTo(Refused.Why.STALE_HEAD);
    assertThat(refusal(after.journal().add(session, facts(5, OWNERS, 1))))
        .isEqualTo(Refused.Why.STALE_HEAD);
    await(after.journal().append(session, owners(5, STRANGERS, 1)));
    assertThat(await(after.journal().read(session, 0, 1_000_000)))
        .extracting(Entry::tag)
        .containsExactly(0, OWNERS, OWNERS, STRANGERS, STRANGERS, OWNERS);
  }

  private static void follow(String url) {
    int colon = url.lastIndexOf(':');
    var host = url.substring(url.lastIndexOf('/') + 1, colon);
    await(replica.send(replicaOf(host, url.substring(colon + 1))));
  }

  private static void promote() {
    await(replica.send(replicaOf("NO", "ONE")));
  }

  private static Request replicaOf(String host, String port) {
    return Request.cmd(Command.REPLICAOF).arg(host).arg(port);
  }

  private static void untilReplicated(SessionId session) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (await(before.journal().replicated(session, 1).map(true).otherwise(false)) != true) {
      assertThat(System.nanoTime()).as("the replica follows").isLessThan(end);
    }
  }

  private static Batch owners(long head, int tag, int count) {
    var entries = entries(head, OWNERS, count);
    return new Batch("replica-1", 1, head, tag, entries, Status.IDLE, Map.of());
  }

  private static Facts facts(long head, int tag, int count) {
    return new Facts("f", head, tag, entries(head, STRANGERS, count), Status.IDLE, Map.of());
  }

  private static List<Entry> entries(long head, int tag, int count) {
    return LongStream.rangeClosed(head + 1, head + count)
        .mapToObj(seq -> entry(seq, new Event.Resumed(seq)))
        .map(plain -> new Entry(plain.seq(), plain.at(), plain.run(), plain.event(), tag))
        .toList();
  }

  private static Refused.Why refusal(Future<Journal.Appended> append) {
    return ((Refused) failure(append)).why();
  }
}
