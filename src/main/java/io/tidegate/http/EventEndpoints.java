package io.tidegate.http;

import io.tidegate.http.KeySettings.Scope;
import io.tidegate.loop.Entry;
import io.tidegate.run.SessionId;
import io.tidegate.stream.Projection;
import io.tidegate.stream.Sse;
import io.tidegate.stream.Until;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What happened in a session: as a stream, as pages, and the large payloads. */
final class EventEndpoints implements Endpoint.Group {
  private static final String SESSION = "/v1/sessions/{session}";
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 1000;
  private static final int PAGE_BYTES = 1024 * 1024;
  private static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9:_-]{1,128}");
  private static final Pattern SEQ = Pattern.compile("\\d{1,18}");

  private final Records records;
  private final Streams streams;

  EventEndpoints(Records records, Streams streams) {
    this.records = records;
    this.streams = streams;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.stream(Scope.READ, SESSION + "/events", this::follow, "after"),
        Endpoint.get(Scope.READ, SESSION + "/history", this::history, "after", "limit"),
        Endpoint.get(Scope.READ, SESSION + "/blobs/{digest}", this::blob));
  }

  private Future<Answer> follow(Request request) {
    var session = request.session();
    var query = request.query();
    long asked = query.seq("after");
    query.done();
    // Where a client that comes back left off; its URL still says where it began.
    var header = request.header("Last-Event-ID");
    var had = header == null || header.isBlank() ? null : lastEventId(header.strip());
    return request
        .here(records.find(session))
        .compose(
            found ->
                streams.send(
                    request,
                    had == null ? Place.of(found, asked) : Place.of(found, had),
                    Until.FOREVER,
                    () -> {}));
  }

  private static Sse.Position lastEventId(String header) {
    return Sse.parseLastEventId(header).orElseGet(() -> new Sse.Position(1, seq(header)));
  }

  private static long seq(String header) {
    if (!SEQ.matcher(header).matches()) {
      throw Problem.malformed("Last-Event-ID: '" + header + "' is no id of this stream's events.");
    }
    return Long.parseLong(header);
  }

  private Future<Answer> history(Request request) {
    var session = request.session();
    var query = request.query();
    long after = query.seq("after");
    int limit = (int) query.whole("limit", 1, LARGEST_PAGE, PAGE);
    query.done();
    return records
        .find(session)
        .compose(
            found ->
                records
                    .read(session, after, PAGE_BYTES)
                    .map(entries -> page(session, entries, limit, found.head())));
  }

  private static Answer page(SessionId session, List<Entry> entries, int limit, long head) {
    var shown = entries.subList(0, Math.min(limit, entries.size()));
    var json = Buffer.buffer("{\"items\":[");
    boolean first = true;
    for (var entry : shown) {
      var event = Projection.of(session, entry);
      if (event != null) {
        json.appendString(first ? "" : ",").appendBuffer(event.json());
        first = false;
      }
    }
    boolean more = !shown.isEmpty() && shown.getLast().seq() < head;
    var next = more ? "\"" + shown.getLast().seq() + "\"" : "null";
    json.appendString("],\"next\":" + next + "}");
    return new Answer.Whole(200, "application/json", json, Map.of());
  }

  private Future<Answer> blob(Request request) {
    var session = request.session();
    var digest = request.path("digest");
    if (!DIGEST.matcher(digest).matches()) {
      throw Problem.notFound("A blob's digest looks like sha256:….");
    }
    return records.blob(session, digest).map(content -> blob(digest, content));
  }

  /** Content under its digest never changes. */
  private static Answer blob(String digest, Buffer content) {
    return new Answer.Whole(
        200,
        "application/octet-stream",
        content,
        Map.of(
            "ETag", "\"" + digest + "\"",
            "Cache-Control", "private, max-age=31536000, immutable",
            "X-Content-Type-Options", "nosniff"));
  }
}
