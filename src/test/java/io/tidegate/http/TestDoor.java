package io.tidegate.http;

import io.tidegate.run.Documents;
import io.tidegate.run.Ids;
import io.tidegate.run.Journal;
import io.tidegate.stream.FeedListener;
import io.tidegate.stream.Feeds;
import io.tidegate.testing.InMemoryJournal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A front door on free ports, with scripted sessions behind it. */
final class TestDoor implements AutoCloseable {
  static final int MAX_BODY = 10 * 1024 * 1024 + 4096;
  static final int MAX_IMPORT = 12 * 1024 * 1024;

  final Vertx vertx = Vertx.vertx();
  final FastTime time = new FastTime(vertx);
  final InMemoryJournal journal = new InMemoryJournal(time);
  final FakeArchive archive = new FakeArchive();
  final ScriptedSessions sessions = new ScriptedSessions(journal);
  final AtomicBoolean leaving = new AtomicBoolean();
  private final Patience patience = new Patience(time, new NumberedIds());
  final FakeBook book = new FakeBook();
  final FrontDoor door;
  final HttpClient client;

  private static final class NumberedIds implements Ids {
    private final AtomicInteger last = new AtomicInteger();

    @Override
    public String session() {
      return "s" + last.incrementAndGet();
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

  TestDoor() {
    this(HttpClient.Version.HTTP_1_1, 1);
  }

  TestDoor(HttpClient.Version version, int eventLoops) {
    this(version, eventLoops, "127.0.0.1", KeySettings.NONE, UnaryOperator.identity());
  }

  /**
   * @param seen what the door is to see of the journal
   */
  TestDoor(UnaryOperator<Journal> seen) {
    this(HttpClient.Version.HTTP_1_1, 1, "127.0.0.1", KeySettings.NONE, seen);
  }

  TestDoor(String host, KeySettings keys) {
    this(HttpClient.Version.HTTP_1_1, 1, host, keys, UnaryOperator.identity());
  }

  private TestDoor(
      HttpClient.Version version,
      int eventLoops,
      String host,
      KeySettings keys,
      UnaryOperator<Journal> seen) {
    var house =
        new FrontDoor.House(
            sessions,
            seen.apply(journal),
            new FakeAudit(),
            new Documents(vertx, archive, time, new NumberedIds()),
            Samples.AGENTS,
            book.desk(),
            new Feeds(journal, sessions, time, FeedListener.NONE),
            new Departure(new NumberedIds()),
            patience,
            time,
            accept -> new Metrics.Page("text/plain", "runs_total 1\n" + accept),
            Requests.UNHEARD,
            leaving::get);
    door =
        await(
            FrontDoor.open(
                vertx,
                new HttpSettings(host, 0, 0, MAX_BODY, MAX_IMPORT, keys),
                house,
                eventLoops));
    client = HttpClient.newBuilder().version(version).connectTimeout(Duration.ofSeconds(5)).build();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("nothing came within 20 s", e);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + door.port() + path);
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  HttpResponse<String> post(String path, String json, String... headers) {
    return send(post(uri(path), json, headers));
  }

  static HttpRequest.Builder post(URI uri, String json, String... headers) {
    var request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    return headers.length == 0 ? request : request.headers(headers);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    await(door.close());
    await(vertx.close());
  }
}
