package io.tidegate.app;

import io.tidegate.loop.Entry;
import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.tidegate.session.RedisStore;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Reads what gateways wrote into a Redis, past all of them. */
final class Journals implements AutoCloseable {
  private static final String TENANT = "default";
  private static final int PAGE_BYTES = 1 << 20;
  private final RedisStore store;
  private final Journal journal;

  Journals(Vertx vertx, String redis) {
    this.store = RedisStore.at(vertx, PipeSettings.of(redis, 1));
    this.journal = store.journal();
  }

  List<Entry> read(String session) {
    var entries = new ArrayList<Entry>();
    var id = new SessionId(TENANT, session);
    for (var page = page(id, 0); !page.isEmpty(); page = page(id, entries.getLast().seq())) {
      entries.addAll(page);
    }
    return entries;
  }

  private List<Entry> page(SessionId id, long after) {
    return Harness.await(journal.read(id, after, PAGE_BYTES));
  }

  @Override
  public void close() {
    Harness.await(store.close());
  }
}
