package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Await.failure;
import static io.tidegate.session.Sessions.batch;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.entry;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.opened;
import static io.tidegate.session.Sessions.state;
import static io.tidegate.session.Sessions.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.FormatException;
import io.tidegate.session.codec.SampleEntries;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisJournalIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static Vertx vertx;
  private static RedisStore store;
  private static RedisJournal journal;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    journal = store.journal();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  @AfterAll
  static void close() {
    await(store.close());
    await(vertx.close());
  }

  @Test
  void headsAreOfThoseThatAreThere() {
    var there = fresh();
    var gone = fresh();
    await(journal.append(there, created()));
    assertThat(await(journal.heads(List.of(there, gone)))).isEqualTo(Map.of(there, 1L));
  }

  @Test
  void everyTypeOfEventReadsBack() {
    var session = fresh();
    await(journal.append(session, batch(1, 0, SampleEntries.all())));
    assertThat(all(session)).containsExactlyElementsOf(SampleEntries.all());
  }

  @Test
  void recordTellsWhatWasAppended() {
    var session = fresh();
    await(
        journal.append(
            session,
            new Batch(
                "replica-1",
                1,
                0,
                0,
                List.of(opened("reconciler")),
                Status.RUNNING,
                Map.of("request", "d1"))));
    await(
        journal.append(
            session,
            new Batch(
                "replica-1", 1, 1, 0, states(2, 2), Status.SUSPENDED, Map.of("note", "ünï"))));
    var record = await(journal.find(session));
    assertThat(record.id()).isEqualTo(session);
    assertThat(record.agent()).isEqualTo("reconciler");
    assertThat(record.status()).isEqualTo(Status.SUSPENDED);
    assertThat(List.of(record.epoch(), record.head(), record.createdAt(), record.updatedAt()))
        .containsExactly(1L, 3L, 1_001L, 1_003L);
    assertThat(record.parent()).isNull();
    assertThat(record.meta()).isEqualTo(Map.of("request", "d1", "note", "ünï"));
    assertThat(record.owner()).isEqualTo("replica-1");
    assertThat(record.generation()).isEqualTo(1);
  }

  @Test
  void unknownSessionHasNoRecordNoOwnerAndNoEntries() {
    var session = fresh();
    assertThat(await(journal.find(session))).isNull();
    assertThat(await(own(session))).isNull();
    assertThat(all(session)).isEmpty();
    assertThat(await(journal.delete(session))).isFalse();
    assertThat(refusal(journal.append(session, batch(1, 4, states(5, 1)))))
        .isEqualTo(Refused.Why.GONE);
  }

  @Test
  void sessionIsMadeOnce() {
    var session = fresh();
    await(journal.append(session, created()));
    var other = batch(1, 0, Status.IDLE, opened("another"));
    assertThat(refusal(journal.append(session, other))).isEqualTo(Refused.Why.STALE_HEAD);
  }

  @Test
  void staleHeadIsRefusedAndNothingIsWritten() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, states(2, 1))));
    var late =
        batch(1, 1, Status.IDLE, entry(2, new Event.Resumed(9)), entry(3, new Event.Resumed(9)));
    assertThat(refusal(journal.append(session, late))).isEqualTo(Refused.Why.STALE_HEAD);
    assertThat(refusal(journal.append(session, batch(1, 7, states(8, 1)))))
        .isEqualTo(Refused.Why.STALE_HEAD);
    assertThat(all(session)).hasSize(2);
  }

  @Test
  void repeatedBatchIsHarmless() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, created()));
    var more = batch(1, 1, List.of(state(2, 1), state(3, 9_000)));
    await(journal.append(session, more));
    await(journal.append(session, more));
    await(journal.append(session, batch(1, 3, states(4, 1))));
    await(journal.append(session, more));
    assertThat(all(session)).hasSize(4);
    assertThat(await(journal.find(session)).head()).isEqualTo(4);
  }

  @Test
  void batchThatBeginsLikeAnotherIsNoRepetition() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(refusal(journal.append(session, batch(1, 1, states(2, 2)))))
        .isEqualTo(Refused.Why.STALE_HEAD);
  }

  @Test
  void readGoesOnWhereItEnded() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, states(2, 3_000))));
    var read = new ArrayList<Entry>();
    var page = await(journal.read(session, 0, 20_000));
    while (!page.isEmpty()) {
      assertThat(page.size()).isLessThan(400);
      read.addAll(page);
      page = await(journal.read(session, read.getLast().seq(), 20_000));
    }
    assertThat(read).extracting(Entry::seq).containsExactlyElementsOf(seqs(3_001));
    assertThat(await(journal.read(session, 0, 10_000_000))).isEqualTo(read);
  }

  @Test
  void readCountsBlobsAndTakesAtLeastOneEntry() {
    var session = fresh();
    await(journal.append(session, created()));
    await(
        journal.append(
            session, batch(1, 1, List.of(state(2, 50_000), state(3, 60_000), state(4, 70_000)))));
    assertThat(await(journal.read(session, 0, 120_000))).hasSize(3);
    assertThat(await(journal.read(session, 1, 10))).extracting(Entry::seq).containsExactly(2L);
    assertThat(await(journal.read(session, 4, 10))).isEmpty();
  }

  @Test
  void blobsLiveAsLongAsASessionRefersToThem() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, List.of(state(2, 5_000), state(3, 6_000)))));
    var fork = Sessions.child(session);
    await(journal.fork(session, 2, fork, forked(session, 2), "reconciler"));
    var keys = keysOf(session).filter(key -> key.contains(":blob:") && !key.endsWith(":refs"));
    var digests = keys.map(key -> key.substring(key.indexOf("sha256:"))).toList();
    assertThat(digests).hasSize(2);

    assertThat(await(journal.delete(session))).isTrue();
    assertThat(all(fork))
        .containsExactly(opened("reconciler"), state(2, 5_000), forked(session, 2));
    assertThat(
            digests.stream()
                .map(digest -> await(journal.blob(fork, digest)))
                .filter(blob -> blob != null))
        .singleElement()
        .satisfies(blob -> assertThat(blob.length()).isEqualTo(5_002));

    assertThat(await(journal.delete(fork))).isTrue();
    assertThat(keysOf(session)).isEmpty();
  }

  @Test
  void whatIsNoDigestIsNoBlob() {
    assertThat(await(journal.blob(fresh(), "sha256:1:refs"))).isNull();
  }

  @Test
  void forkHasThePrefixAndItsOwnFuture() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, states(2, 1_700))));
    var fork = Sessions.child(session);
    await(journal.fork(session, 1_500, fork, forked(session, 1_500), "auditor"));
    await(journal.fork(session, 1_500, fork, forked(session, 1_500), "auditor"));

    var entries = all(fork);
    assertThat(entries)
        .hasSize(1_501)
        .startsWith(opened("reconciler"))
        .endsWith(forked(session, 1_500));
    assertThat(entries.subList(0, 1_500)).isEqualTo(all(session).subList(0, 1_500));
    var record = await(journal.find(fork));
    assertThat(record.parent()).isEqualTo(session.id());
    assertThat(record.agent()).isEqualTo("auditor");
    assertThat(record.head()).isEqualTo(1_501);
    assertThat(await(own(fork))).isEqualTo(2);
    await(
        journal.append(
            fork, new Batch("replica-2", 2, 1_501, 0, states(1_502, 1), Status.IDLE, Map.of())));
    assertThat(await(journal.find(session)).head()).isEqualTo(1_701);
  }

  @Test
  void forkOfNothingBeyondTheHeadOrOntoAnotherIsRefused() {
    var session = fresh();
    var fork = Sessions.child(session);
    assertThat(refusal(journal.fork(session, 1, fork, forked(session, 1), "a")))
        .isEqualTo(Refused.Why.GONE);
    await(journal.append(session, created()));
    assertThat(refusal(journal.fork(session, 5, fork, forked(session, 5), "a")))
        .isEqualTo(Refused.Why.STALE_HEAD);
    await(journal.append(fork, created()));
    assertThat(refusal(journal.fork(session, 1, fork, forked(session, 1), "a")))
        .isEqualTo(Refused.Why.STALE_HEAD);
  }

  @Test
  void longLogIsDeletedWhole() {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, states(2, 1_800))));
    assertThat(await(journal.delete(session))).isTrue();
    assertThat(keysOf(session)).isEmpty();
    assertThat(await(journal.find(session))).isNull();
  }

  @Test
  void scriptsComeBackAfterRedisForgotThem() {
    var session = fresh();
    await(journal.append(session, created()));
    await(direct.send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
    await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(all(session)).hasSize(2);
  }

  @Test
  void sessionOfANewerTidegateIsRefused() {
    var session = fresh();
    await(journal.append(session, created()));
    await(direct.send(Request.cmd(Command.HSET).arg(new Keys(session).meta()).arg("v").arg("2")));
    for (var attempt :
        List.of(
            journal.find(session),
            own(session),
            journal.delete(session),
            journal.append(session, batch(1, 1, states(2, 1))))) {
      assertThat(failure(attempt))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("newer Tidegate");
    }
  }

  @Test
  void tenantsNameCanNotReachIntoAnothersKeys() {
    var sly = new SessionId("a}:{b:c/ü", "s_1");
    await(journal.append(sly, created()));
    assertThat(keysOf(sly))
        .allMatch(key -> key.startsWith("tg:{a%7D%3A%7Bb%3Ac%2F%C3%BC:s_1}:s_1:"));
    assertThat(
            await(
                    journal.list(
                        sly.tenant(), new io.tidegate.run.Journal.Filter(null, null), null, 10))
                .items())
        .extracting(io.tidegate.run.Journal.Record::id)
        .containsExactly(sly);
  }

  @Test
  void pingSucceeds() {
    await(journal.ping());
  }

  /** 10,000 appends of 100 sessions, those of a session one after the other. */
  @Test
  void manyAppendsArePipelined() {
    long begun = System.nanoTime();
    var runs =
        Stream.generate(Sessions::fresh).limit(100).map(session -> appends(session, 0)).toList();
    await(Future.all(runs));
    long ms = (System.nanoTime() - begun) / 1_000_000;
    System.out.printf("10,000 appends in %d ms: %d/s%n", ms, 10_000_000 / Math.max(1, ms));
    assertThat(ms).isLessThan(15_000);
  }

  private static Future<Void> appends(SessionId session, long head) {
    if (head == 100) {
      return Future.succeededFuture();
    }
    var next = head == 0 ? created() : batch(1, head, states(head + 1, 1));
    return journal.append(session, next).compose(_ -> appends(session, head + 1));
  }

  private static Refused.Why refusal(Future<?> future) {
    assertThat(failure(future)).isInstanceOf(Refused.class);
    return ((Refused) failure(future)).why();
  }

  private static List<Entry> all(SessionId session) {
    return await(journal.read(session, 0, 100_000_000));
  }

  private static Entry forked(SessionId from, long at) {
    return entry(at + 1, new Event.Forked(from.id(), at, "ci"));
  }

  private static List<Long> seqs(int count) {
    return Stream.iterate(1L, seq -> seq + 1).limit(count).toList();
  }

  /** All keys of a session's family. */
  private static Stream<String> keysOf(SessionId session) {
    var log = new Keys(session).log();
    var family = log.substring(0, log.indexOf('}') + 1);
    var keys = await(direct.send(Request.cmd(Command.KEYS).arg(family + "*")));
    return keys.stream().map(Response::toString);
  }

  private static Future<Long> own(SessionId session) {
    return journal
        .find(session)
        .compose(
            record -> record == null ? Future.succeededFuture() : journal.own(record, "replica-2"));
  }
}
