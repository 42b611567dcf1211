package io.tidegate.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tidegate.run.Archive.Stored;
import io.tidegate.run.Documents;
import io.tidegate.run.Hop;
import io.tidegate.run.Journal;
import io.tidegate.run.Time;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one session as one JSON document: a page of entries at a time, then a blob at a time, the
 * next when the client has taken the one before. What goes wrong half-way cuts the response off, so
 * that nobody takes it for whole.
 */
final class Export {
  private static final Logger LOG = LoggerFactory.getLogger(Export.class);
  private static final int PAGE_BYTES = 256 * 1024;

  /** How long the client may take nothing. */
  private static final long STALLED_MS = 60_000;

  private final Records records;
  private final Documents documents;
  private final Time time;
  private final Journal.Record session;
  private final HttpServerResponse response;
  private final Context eventLoop = Vertx.currentContext();
  private final Set<String> digests = new LinkedHashSet<>();
  private final Queue<String> blobs = new ArrayDeque<>();
  private long after;

  Export(
      Records records,
      Documents documents,
      Time time,
      Journal.Record session,
      HttpServerResponse response) {
    this.records = records;
    this.documents = documents;
    this.time = time;
    this.session = session;
    this.response = response;
  }

  void begin() {
    var start =
        Buffer.buffer("{\"format\":\"tidegate-session\",\"version\":1,\"session\":")
            .appendBuffer(Wire.write(Views.session(session)))
            .appendString(",\"entries\":[");
    write(start, this::page);
  }

  /** The log as it was when the export began, however it goes on. */
  private void page() {
    if (after >= session.head()) {
      blobs.addAll(digests);
      write(Buffer.buffer("],\"blobs\":{"), () -> blob(true));
      return;
    }
    Hop.back(eventLoop, documents.page(session.id(), after, PAGE_BYTES))
        .onSuccess(this::write)
        .onFailure(this::breakOff);
  }

  private void write(List<Stored> page) {
    if (page.isEmpty()) {
      breakOff(new IllegalStateException("its log ends at " + after));
      return;
    }
    var text = Buffer.buffer();
    for (var entry : page) {
      if (entry.seq() <= session.head()) {
        text.appendString(after == 0 ? "" : ",").appendBuffer(entry.json());
        digests.addAll(entry.blobs());
        after = entry.seq();
      }
    }
    write(text, this::page);
  }

  private void blob(boolean first) {
    var digest = blobs.poll();
    if (digest == null) {
      response.end("}}");
      return;
    }
    Hop.back(eventLoop, records.blob(session.id(), digest))
        .onSuccess(
            content -> {
              var text = Buffer.buffer(first ? "\"" : ",\"").appendString(digest);
              text.appendString("\":\"").appendBytes(quoted(content)).appendString("\"");
              write(text, () -> blob(false));
            })
        .onFailure(this::breakOff);
  }

  /** Blobs are texts in UTF-8. */
  private static byte[] quoted(Buffer content) {
    return JsonStringEncoder.getInstance().quoteAsUTF8(content.toString());
  }

  /** A turn of the event loop later, lest a journal that answers at once grows the stack. */
  private void write(Buffer chunk, Runnable next) {
    var watch = time.after(STALLED_MS, () -> response.reset(0));
    response
        .write(chunk)
        .onComplete(_ -> watch.cancel())
        .onSuccess(_ -> eventLoop.runOnContext(_ -> next.run()))
        .onFailure(_ -> LOG.debug("the client left the export of {}", session.id()));
  }

  private void breakOff(Throwable why) {
    LOG.atWarn()
        .addKeyValue("tenant", session.id().tenant())
        .addKeyValue("session", session.id().id())
        .log("the export broke off: {}", why.getMessage());
    response.reset(0);
  }
}
