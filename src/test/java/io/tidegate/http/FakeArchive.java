package io.tidegate.http;

import io.tidegate.loop.Entry;
import io.tidegate.run.Archive;
import io.tidegate.run.SessionId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An archive whose every entry is of one size, however many are asked for; it makes nothing. */
final class FakeArchive implements Archive {
  private static final int ENTRY_BYTES = 64 * 1024;

  private final AtomicInteger pages = new AtomicInteger();
  volatile long last = Long.MAX_VALUE;

  /** How many pages were asked for. */
  int pages() {
    return pages.get();
  }

  @Override
  public Future<List<Stored>> stored(SessionId session, long after, int maxBytes) {
    pages.incrementAndGet();
    return Future.succeededFuture(
        after >= last ? List.of() : List.of(new Stored(after + 1, entry(after + 1), List.of())));
  }

  private static Buffer entry(long seq) {
    return Buffer.buffer("{\"n\":" + seq + ",\"x\":\"" + "x".repeat(ENTRY_BYTES) + "\"}");
  }

  @Override
  public Document read(Buffer json) {
    throw new UnsupportedOperationException("nothing is imported here");
  }

  @Override
  public Future<Void> put(
      SessionId session, List<Entry> entries, String agent, String token, long at) {
    throw new UnsupportedOperationException("nothing is imported here");
  }
}
