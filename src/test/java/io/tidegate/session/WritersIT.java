package io.tidegate.session;

import static io.tidegate.session.Await.await;
import static io.tidegate.session.Await.failure;
import static io.tidegate.session.Sessions.created;
import static io.tidegate.session.Sessions.entry;
import static io.tidegate.session.Sessions.fresh;
import static io.tidegate.session.Sessions.opened;
import static io.tidegate.session.Sessions.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.Journal.Appended;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Facts;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Journal.Unavailable;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.FormatException;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may write to a session, who else may, and who hears of it; two stores are two processes. */
class WritersIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final long FOR_LONG = 3_600_000;

  private static Vertx vertx;
  private static RedisStore store;
  private static RedisStore otherStore;
  private static Journal journal;
  private static Journal other;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    otherStore = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    journal = store.journal();
    other = otherStore.journal();
    direct = Redis.createClient(vertx, REDIS.url());
  }

  @AfterAll
  static void close() {
    await(Future.all(store.close(), otherStore.close()));
    await(vertx.close());
  }

  @Test
  void newOwnerFencesTheOldOne() {
    var session = made();
    assertThat(await(other.own(record(session), "replica-2"))).isEqualTo(2);
    assertThat(refusal(journal.append(session, batch(1, 1, states(2, 1)))))
        .isEqualTo(Refused.Why.FENCED);
    assertThat(await(other.append(session, batch("replica-2", 2, 1))))
        .isEqualTo(owned("replica-2"));
    assertThat(record(session).owner()).isEqualTo("replica-2");
    assertThat(all(session)).hasSize(2);
  }

  @Test
  void ownerThatOwnedAnewWithoutHearingSoIsToldToReadAnew() {
    var session = made();
    assertThat(await(journal.own(record(session), "replica-1"))).isEqualTo(2);
    assertThat(refusal(journal.append(session, batch(1, 1, states(2, 1)))))
        .isEqualTo(Refused.Why.STALE_HEAD);
    assertThat(all(session)).hasSize(1);
  }

  @Test
  void ofManyThatWantASessionExactlyOneGetsIt() {
    var session = made();
    var record = record(session);
    var races =
        IntStream.range(0, 50)
            .mapToObj(i -> (i % 2 == 0 ? journal : other).own(record, "replica-" + i))
            .toList();
    var epochs = await(Future.all(races).map(done -> done.<Long>list()));
    assertThat(epochs.stream().filter(Objects::nonNull)).containsExactly(2L);
    var winner = IntStream.range(0, 50).filter(i -> epochs.get(i) != null).findFirst();
    assertThat(record(session).owner()).isEqualTo("replica-" + winner.getAsInt());
  }

  @Test
  void sessionThatWentOnIsNotTaken() {
    var session = made();
    var record = record(session);
    await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(await(other.own(record, "replica-2"))).isNull();
    await(journal.append(session, batch(1, 2, states(3, 1))));
  }

  @Test
  void deletedSessionIsNotTaken() {
    var session = made();
    var record = record(session);
    await(journal.delete(session));
    assertThat(await(other.own(record, "replica-2"))).isNull();
    assertThat(await(journal.find(session))).isNull();
  }

  @Test
  void onlyTheRightEpochReleases() {
    var session = made();
    await(other.release(session, 2));
    assertThat(record(session).owner()).isEqualTo("replica-1");
    await(journal.release(session, 1));
    assertThat(record(session).owner()).isEmpty();
    assertThat(await(other.own(record(session), "replica-2"))).isEqualTo(2);
    await(journal.release(session, 1));
    assertThat(record(session).owner()).isEqualTo("replica-2");
    await(journal.release(fresh(), 1));
  }

  @Test
  void whoReleasedASessionWritesNoMore() {
    var session = made();
    await(journal.release(session, 1));
    assertThat(refusal(journal.append(session, batch(1, 1, states(2, 1)))))
        .isEqualTo(Refused.Why.FENCED);
  }

  @Test
  void sessionAtRestIsTakenByTheFirstAppendOnItsHead() {
    var session = made();
    var taking = new Batch("replica-2", 2, 1, 0, states(2, 1), Status.RUNNING, Map.of());
    var late = new Batch("replica-3", 2, 1, 0, states(2, 1), Status.RUNNING, Map.of());
    assertThat(await(other.append(session, taking))).isEqualTo(owned("replica-2"));
    assertThat(await(other.append(session, taking))).isEqualTo(owned("replica-2"));
    assertThat(refusal(journal.append(session, late))).isEqualTo(Refused.Why.FENCED);
    assertThat(refusal(journal.append(session, batch(1, 2, states(3, 1)))))
        .isEqualTo(Refused.Why.FENCED);
    var under = new Batch("replica-3", 3, 2, 0, states(3, 1), Status.RUNNING, Map.of());
    assertThat(refusal(journal.append(session, under))).isEqualTo(Refused.Why.FENCED);
    assertThat(record(session).epoch()).isEqualTo(2);
    assertThat(all(session)).hasSize(2);
  }

  @Test
  void sessionAtRestThatWentOnIsNotTaken() {
    var session = made();
    await(journal.append(session, batch(1, 1, states(2, 1))));
    var late = new Batch("replica-2", 2, 1, 0, states(2, 1), Status.RUNNING, Map.of());
    assertThat(refusal(other.append(session, late))).isEqualTo(Refused.Why.FENCED);
    assertThat(record(session).epoch()).isEqualTo(1);
  }

  @Test
  void sessionMayBeMadeWithoutAnOwner() {
    var session = fresh();
    var waiting = new Batch("", 1, 0, 0, List.of(opened("a")), Status.QUEUED, Map.of());
    assertThat(await(journal.append(session, waiting))).isEqualTo(owned(""));
    assertThat(await(journal.append(session, waiting))).isEqualTo(owned(""));
    assertThat(await(other.own(record(session), "replica-2"))).isEqualTo(2);
  }

  @Test
  void factsFromOutsideNeedNoEpochAndNameTheOwner() {
    var session = made();
    var added =
        other.add(
            session, new Facts("others", 1, 0, states(2, 2), Status.RUNNING, Map.of("note", "n")));
    // It was at rest: who owned it may have forgotten it.
    assertThat(await(added)).isEqualTo(owned(""));
    var record = record(session);
    assertThat(List.of(record.head(), record.epoch())).containsExactly(3L, 1L);
    assertThat(record.status()).isEqualTo(Status.RUNNING);
    assertThat(record.owner()).isEmpty();
    assertThat(record.meta()).isEqualTo(Map.of("note", "n"));
    assertThat(
            refusal(journal.append(session, batch(1, 1, List.of(entry(2, new Event.Resumed(9)))))))
        .isEqualTo(Refused.Why.FENCED);
    assertThat(all(session)).hasSize(3);
  }

  @Test
  void factsFromOutsideOnAStaleHeadAreRefused() {
    var session = made();
    await(journal.append(session, batch(1, 1, states(2, 1))));
    for (long head : List.of(1L, 3L)) {
      var late = List.of(entry(head + 1, new Event.Resumed(9)));
      assertThat(
              refusal(other.add(session, new Facts("late", head, 0, late, Status.IDLE, Map.of()))))
          .isEqualTo(Refused.Why.STALE_HEAD);
    }
    assertThat(all(session)).hasSize(2);
    assertThat(
            refusal(
                other.add(fresh(), new Facts("lost", 1, 0, states(2, 1), Status.IDLE, Map.of()))))
        .isEqualTo(Refused.Why.GONE);
  }

  @Test
  void logOfTheSameLengthWithAnotherEndIsAnotherLog() {
    var session = made();
    await(journal.append(session, batch(1, 1, tagged(2, 7))));
    for (int tag : List.of(8, 9)) {
      var owners = new Batch("replica-1", 1, 2, tag, tagged(3, tag), Status.IDLE, Map.of());
      assertThat(refusal(journal.append(session, owners))).isEqualTo(Refused.Why.STALE_HEAD);
      var facts = new Facts("facts", 2, tag, tagged(3, tag), Status.IDLE, Map.of());
      assertThat(refusal(other.add(session, facts))).isEqualTo(Refused.Why.STALE_HEAD);
      var claim = new Batch("replica-2", 2, 2, tag, tagged(3, tag), Status.RUNNING, Map.of());
      assertThat(refusal(other.append(session, claim))).isEqualTo(Refused.Why.FENCED);
    }
    var facts = new Facts("facts", 2, 7, tagged(3, 9), Status.IDLE, Map.of());
    await(other.add(session, facts));
    await(other.add(session, facts));
    var claim = new Batch("replica-2", 2, 3, 9, tagged(4, 5), Status.RUNNING, Map.of());
    await(other.append(session, claim));
    await(other.append(session, claim));
    assertThat(all(session)).extracting(Entry::tag).containsExactly(0, 7, 9, 5);
    assertThat(record(session).meta()).isEmpty();
  }

  @Test
  void tagThatIsNotKnownIsNotCompared() {
    var session = made();
    await(journal.append(session, batch(1, 1, tagged(2, 7))));
    await(journal.append(session, batch(1, 2, tagged(3, 8))));
    var meta = new Keys(session).meta();
    await(direct.send(Request.cmd(Command.HDEL).arg(meta).arg("tag")));
    var facts = new Facts("facts", 3, 99, tagged(4, 5), Status.IDLE, Map.of());
    await(other.add(session, facts));
    await(journal.append(session, batch(1, 4, states(5, 1))));
    var owners = new Batch("replica-1", 1, 5, 99, tagged(6, 6), Status.IDLE, Map.of());
    await(journal.append(session, owners));
    assertThat(all(session)).hasSize(6);
  }

  @Test
  void repeatedFactsFromOutsideAreHarmless() {
    var session = made();
    await(other.add(session, new Facts("others", 1, 0, states(2, 2), Status.IDLE, Map.of())));
    await(journal.append(session, batch(1, 3, states(4, 1))));
    await(journal.own(record(session), "replica-2"));
    assertThat(
            await(
                other.add(session, new Facts("others", 1, 0, states(2, 2), Status.IDLE, Map.of()))))
        .isEqualTo(owned("replica-2"));
    assertThat(all(session)).hasSize(4);
  }

  @Test
  void ofManyEqualFactsOnOneHeadExactlyOneIsAppended() {
    var session = made();
    var races =
        IntStream.range(0, 30)
            .mapToObj(
                i -> {
                  var fact = List.of(entry(2, new Event.Resumed(100)));
                  return (i % 2 == 0 ? journal : other)
                      .add(session, new Facts("same-" + i, 1, 0, fact, Status.IDLE, Map.of()))
                      .transform(added -> Future.succeededFuture(added.succeeded()));
                })
            .toList();
    var won = await(Future.all(races).map(done -> done.<Boolean>list()));
    assertThat(won.stream().filter(each -> each)).hasSize(1);
    assertThat(all(session)).hasSize(2);
  }

  @Test
  void listenersAreNamedWithEveryAppend() {
    var session = made();
    assertThat(await(journal.listen(session, "replica-2", FOR_LONG))).isEqualTo(record(session));
    await(other.listen(session, "replica-3", FOR_LONG));
    await(other.listen(session, "replica-3", FOR_LONG));
    var appended = await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(appended.listeners()).containsExactlyInAnyOrder("replica-2", "replica-3");
    var repeated = await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(repeated.listeners()).containsExactlyInAnyOrder("replica-2", "replica-3");
    var added =
        await(journal.add(session, new Facts("facts", 2, 0, states(3, 1), Status.IDLE, Map.of())));
    assertThat(added.listeners()).containsExactlyInAnyOrder("replica-2", "replica-3");
    assertThat(record(session).meta()).isEmpty();
  }

  @Test
  void listenersAreForgottenWhenTheirTimeIsOver() {
    var session = made();
    await(journal.listen(session, "replica-2", 1));
    await(journal.listen(session, "replica-3", FOR_LONG));
    long over = seconds() + 2;
    while (seconds() <= over) {
      Thread.onSpinWait();
    }
    var appended = await(journal.append(session, batch(1, 1, states(2, 1))));
    assertThat(appended.listeners()).containsExactly("replica-3");
  }

  @Test
  void nobodyListensToWhatIsNotThereOrNewer() {
    assertThat(await(journal.listen(fresh(), "replica-2", FOR_LONG))).isNull();
    var session = made();
    var newer = Request.cmd(Command.HSET).arg(new Keys(session).meta()).arg("v").arg("2");
    await(direct.send(newer));
    assertThat(failure(journal.listen(session, "replica-2", FOR_LONG)))
        .isInstanceOf(FormatException.class);
    assertThat(
            failure(
                journal.add(
                    session, new Facts("facts", 1, 0, states(2, 1), Status.IDLE, Map.of()))))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void replicatedToNoneIsAtOnceAndToOneThatIsNotThereIsUnavailable() {
    var session = made();
    assertThat(journal.replicated(session, 0).succeeded()).isTrue();
    assertThat(failure(journal.replicated(session, 1)))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("0 of 1");
  }

  private static List<Entry> tagged(long seq, int tag) {
    var plain = entry(seq, new Event.Resumed(seq));
    return List.of(new Entry(seq, plain.at(), plain.run(), plain.event(), tag));
  }

  private static SessionId made() {
    var session = fresh();
    assertThat(await(journal.append(session, created()))).isEqualTo(owned("replica-1"));
    return session;
  }

  private static Batch batch(String owner, long epoch, long head) {
    return new Batch(owner, epoch, head, 0, states(head + 1, 1), Status.IDLE, Map.of());
  }

  private static Batch batch(long epoch, long head, List<Entry> entries) {
    return Sessions.batch(epoch, head, entries);
  }

  private static Appended owned(String owner) {
    return new Appended(owner, List.of());
  }

  private static Record record(SessionId session) {
    return await(journal.find(session));
  }

  private static List<Entry> all(SessionId session) {
    return await(journal.read(session, 0, 1_000_000));
  }

  private static Refused.Why refusal(Future<?> future) {
    var failure = failure(future);
    assertThat(failure).isInstanceOf(Refused.class);
    return ((Refused) failure).why();
  }

  private static long seconds() {
    return await(direct.send(Request.cmd(Command.TIME))).get(0).toLong();
  }
}
