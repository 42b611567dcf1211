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

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Archive;
import io.tidegate.run.Documents;
import io.tidegate.run.Ids;
import io.tidegate.run.Journal.Filter;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.testing.ManualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that leave as documents, and come back. */
class ArchiveIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGE = 10_000;
  private static Vertx vertx;
  private static RedisStore store;
  private static RedisJournal journal;
  private static Archive archive;
  private static Documents documents;
  private static Redis direct;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 1));
    journal = store.journal();
    archive = journal.archive();
    documents = new Documents(vertx, archive, new ManualTime(), new NumberedIds());
    direct = Redis.createClient(vertx, REDIS.url());
  }

  @AfterAll
  static void close() {
    await(store.close());
    await(vertx.close());
  }

  @BeforeEach
  void empty() {
    await(direct.send(Request.cmd(Command.FLUSHALL)));
  }

  private static final class NumberedIds implements Ids {
    private final AtomicInteger last = new AtomicInteger();

    @Override
    public String session() {
      return "t" + last.incrementAndGet();
    }

    @Override
    public String run() {
      return "r" + last.incrementAndGet();
    }

    @Override
    public int tag() {
      return 1;
    }

    @Override
    public double fraction() {
      return 0;
    }
  }

  @Test
  void whatWasExportedComesBackTheSameWithOneMoreEntry() {
    var session = session(1_200);
    var document = export(session);
    var copy = await(restore("copy", document));
    var entries = all(copy);
    assertThat(entries.subList(0, entries.size() - 1)).isEqualTo(all(session));
    assertThat(entries.getLast().event())
        .isEqualTo(new Event.Forked(session.id(), all(session).size(), "ci"));
    var record = await(journal.find(copy));
    assertThat(record.agent()).isEqualTo("reconciler");
    assertThat(record.status()).isEqualTo(Status.IDLE);
    assertThat(record.head()).isEqualTo(entries.size());
    var again = export(copy);
    assertThat(again.get("blobs")).isEqualTo(document.get("blobs"));
    ((com.fasterxml.jackson.databind.node.ArrayNode) again.get("entries"))
        .remove(entries.size() - 1);
    assertThat(again.get("entries")).isEqualTo(document.get("entries"));
  }

  @Test
  void importedSessionGoesOn() {
    var copy = await(restore("copy", export(session(10))));
    long head = await(journal.find(copy)).head();
    assertThat(await(journal.own(await(journal.find(copy)), "replica-1"))).isEqualTo(2);
    await(journal.append(copy, batch(2, head, states(head + 1, 1))));
    assertThat(all(copy)).hasSize((int) head + 1);
  }

  @Test
  void importedSessionKeepsItsIdUnlessItIsTaken() {
    var session = session(10);
    var document = export(session);
    assertThat(rejection(restore(null, document)).kind()).isEqualTo(Rejection.Kind.EXISTS);
    await(journal.delete(session));
    assertThat(await(restore(null, document))).isEqualTo(session);
  }

  @Test
  void blobsOfAnImportGoWithIt() {
    var session = session(10);
    var document = export(session);
    await(journal.delete(session));
    assertThat(keys()).isEmpty();
    var copy = await(restore("copy", document));
    assertThat(keys()).anyMatch(key -> key.contains(":blob:"));
    await(journal.delete(copy));
    assertThat(keys()).isEmpty();
  }

  @Test
  void flawNamesItsEntryAndNothingIsWritten() {
    var session = session(10);
    var broken = export(session);
    ((ObjectNode) broken.get("entries").get(4)).remove("state");
    assertThat(rejection(restore("copy", broken)).getMessage()).contains("entry 5");
    var foreign = export(session);
    ((ObjectNode) foreign.get("entries").get(4)).put("t", "unheard.of");
    assertThat(rejection(restore("copy", foreign)).getMessage()).contains("entry 5");
    for (var text : List.of("{no json", "{} and more", "")) {
      var malformed = export(session);
      ((ObjectNode) malformed.get("entries").get(4)).put("state", text);
      assertThat(rejection(restore("copy", malformed)).getMessage()).as(text).contains("entry 5");
    }
    var impossible = export(session);
    ((ObjectNode) impossible.get("entries").get(4)).put("t", "approval.expired").put("call", "c1");
    assertThat(rejection(restore("copy", impossible)).getMessage()).containsIgnoringCase("entry 5");
    assertThat(await(journal.find(new SessionId("default", "copy")))).isNull();
    assertThat(keys()).noneMatch(key -> key.contains("copy"));
  }

  @Test
  void blobMustHaveItsDigest() {
    var document = export(session(10));
    var digest = document.get("blobs").fieldNames().next();
    ((ObjectNode) document.get("blobs")).put(digest, "something else");
    assertThat(rejection(restore("copy", document)).getMessage()).contains(digest);
    ((ObjectNode) document.get("blobs")).remove(digest);
    assertThat(rejection(restore("copy", document)).getMessage()).contains("entry", digest);
  }

  @Test
  void otherDocumentsAreRefused() {
    for (var text :
        List.of(
            "[]",
            "{}",
            "no json",
            "{\"format\":\"other\",\"version\":1}",
            "{\"format\":\"tidegate-session\",\"version\":1,\"session\":{\"id\":\"a\"},\"entries\":[]}",
            "{\"format\":\"tidegate-session\",\"version\":2,\"session\":{\"id\":\"a\"},\"entries\":[{}]}",
            "{\"format\":\"tidegate-session\",\"version\":1,\"session\":{\"id\":\"a\"},\"entries\":5}")) {
      assertThat(rejection(restore("copy", Buffer.buffer(text))).kind())
          .as(text)
          .isEqualTo(Rejection.Kind.INVALID);
    }
  }

  @Test
  void documentOfTooManyEntriesIsRefused() {
    var many = "{},".repeat(200_000) + "{}";
    var document =
        "{\"format\":\"tidegate-session\",\"version\":1,\"session\":{\"id\":\"a\"},\"entries\":["
            + many
            + "]}";
    assertThat(rejection(restore("copy", Buffer.buffer(document))).getMessage())
        .contains("more than 200000 entries");
  }

  @Test
  void halfAnImportIsSeenByNobodyAndGoesWhenItFails() {
    var session = new SessionId("default", "half");
    var entries = new ArrayList<Entry>();
    entries.add(opened("reconciler"));
    entries.addAll(states(2, 500));
    var good = archive.put(session, entries, "reconciler", "t-good", 5_000);
    // Another import of the same name, while the first is under way, takes nothing away from it.
    var other = archive.put(session, entries, "reconciler", "t-other", 5_000);
    var seen = await(journal.find(session));
    assertThat(seen == null || seen.head() == 501).isTrue();
    await(Future.join(List.of(good, other)).transform(_ -> Future.succeededFuture()));
    assertThat(List.of(good.succeeded(), other.succeeded())).containsExactlyInAnyOrder(true, false);
    assertThat(all(session)).hasSize(501);
  }

  @Test
  void whatACrashLeftIsNotListedAndCanBeDeleted() {
    var session = new SessionId("default", "half");
    await(archive.put(session, List.of(opened("reconciler"), state(2, LARGE)), "r", "t1", 5_000));
    var meta = new Keys(session).meta();
    await(direct.send(Request.cmd(Command.HSET).arg(meta).arg("state").arg("imported")));
    assertThat(await(journal.find(session))).isNull();
    assertThat(await(journal.list("default", new Filter(null, null), null, 10)).items()).isEmpty();
    assertThat(await(journal.delete(session))).isTrue();
    assertThat(keys()).isEmpty();
  }

  @Test
  void onlySoManyDocumentsAreReadAtOnce() {
    var bodies = Stream.generate(Promise::<Buffer>promise).limit(2).toList();
    var held =
        bodies.stream().map(body -> documents.restore("default", "x", body::future, "ci")).toList();
    var third = documents.restore("default", "x", () -> Future.failedFuture("not asked"), "ci");
    assertThat(rejection(third).kind()).isEqualTo(Rejection.Kind.OVERLOADED);
    bodies.forEach(body -> body.fail("gone"));
    held.forEach(Await::failure);
    assertThat(await(restore("copy", export(session(3))))).isNotNull();
  }

  private static SessionId session(int entries) {
    var session = fresh();
    await(journal.append(session, created()));
    await(journal.append(session, batch(1, 1, List.of(state(2, LARGE), state(3, LARGE)))));
    await(journal.append(session, batch(1, 3, states(4, entries - 3))));
    return session;
  }

  /** As the API writes it. */
  private static ObjectNode export(SessionId session) {
    var document = JSON.createObjectNode().put("format", "tidegate-session").put("version", 1);
    document.putObject("session").put("id", session.id());
    var entries = document.putArray("entries");
    var digests = new LinkedHashSet<String>();
    long after = 0;
    for (var page = stored(session, after); !page.isEmpty(); page = stored(session, after)) {
      for (var entry : page) {
        entries.add(parse(entry.json()));
        digests.addAll(entry.blobs());
        assertThat(entry.seq()).isEqualTo(++after);
      }
    }
    var blobs = document.putObject("blobs");
    digests.forEach(digest -> blobs.put(digest, await(journal.blob(session, digest)).toString()));
    return document;
  }

  private static List<Archive.Stored> stored(SessionId session, long after) {
    return await(archive.stored(session, after, 4_096));
  }

  private static com.fasterxml.jackson.databind.JsonNode parse(Buffer json) {
    try {
      return JSON.readTree(json.getBytes());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Future<SessionId> restore(String id, ObjectNode document) {
    return restore(id, Buffer.buffer(document.toString()));
  }

  private static Future<SessionId> restore(String id, Buffer document) {
    return documents.restore("default", id, () -> Future.succeededFuture(document), "ci");
  }

  private static Rejection rejection(Future<?> future) {
    return (Rejection) failure(future);
  }

  private static List<Entry> all(SessionId session) {
    var all = new ArrayList<Entry>();
    for (var page = await(journal.read(session, 0, 1 << 20));
        !page.isEmpty();
        page = await(journal.read(session, all.getLast().seq(), 1 << 20))) {
      all.addAll(page);
    }
    return all;
  }

  /** Those of sessions: what was done outlives them in the audit log. */
  private static List<String> keys() {
    var keys = new ArrayList<String>();
    await(direct.send(Request.cmd(Command.KEYS).arg("tg:{*")))
        .forEach(key -> keys.add(key.toString()));
    keys.removeIf(key -> key.startsWith("tg:{audit:"));
    return keys;
  }
}
