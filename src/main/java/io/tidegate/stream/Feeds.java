package io.tidegate.stream;

import io.tidegate.run.Journal;
import io.tidegate.run.Sessions;
import io.tidegate.run.Time;
import io.vertx.core.Context;

/** Opens feeds; one for a process. */
public final class Feeds {
  private final Feed.Sources sources;

  public Feeds(Journal journal, Sessions sessions, Time time, FeedListener listener) {
    sources =
        new Feed.Sources(
            journal,
            Feed.PAGE_BYTES,
            sessions,
            new Hub(sessions),
            new StoreWatch(journal, time),
            time,
            listener);
  }

  /**
   * Begins to send what the client wants to see. Called on the client's context, where the sink is
   * used too.
   */
  public Feed open(Context client, Subscription subscription, ClientSink sink) {
    var feed = new Feed(sources, task -> client.runOnContext(_ -> task.run()), subscription, sink);
    feed.start();
    return feed;
  }
}
