package io.tidegate.stream;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.tidegate.run.Sessions.Partial;
import io.tidegate.run.Time;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's view of one session: all durable events after a seq, in order and once each, and the
 * text in between as it is streamed.
 *
 * <p>It first sends what was before, as its run knows it or as the journal has it to its end, then
 * what it hears live. While the client does not read, the feed holds nothing, and reads the journal
 * again from where the client is. All on the client's context, but for the mailbox, which runs fill
 * from theirs.
 */
public final class Feed {
  static final int PAGE_BYTES = 64 * 1024;
  private static final int MOST_FAILURES = 6;
  private static final long FIRST_BACKOFF_MS = 100;

  private final Sources sources;
  private final Executor context;
  private final Subscription subscription;
  private final ClientSink sink;
  private final Mailbox mailbox = new Mailbox(this::wake);
  private final Consumer<Boolean> onStore = this::hearOfStore;

  private Phase phase = Phase.CATCHING_UP;
  private long cursor;
  private long generation;
  private Heard heard = Heard.NOTHING;
  private int failures;
  private Time.@Nullable Timer retry;
  private boolean degraded;

  /** What all feeds of a process draw from; they read the journal in pages of about that size. */
  record Sources(
      Journal journal,
      int pageBytes,
      Sessions sessions,
      Hub hub,
      StoreWatch watch,
      Time time,
      FeedListener listener) {}

  /** What the feed waits for: at any time one thing alone. */
  private enum Phase {
    /** The journal's next page. What happens live is kept in the mailbox. */
    CATCHING_UP,
    /** The unfinished reply. What happens live is kept in the mailbox. */
    JOINING,
    /** The mailbox. */
    LIVE,
    /** The client, which does not read fast enough. Nothing is kept. */
    LAGGING,
    /** Nothing. */
    CLOSED
  }

  Feed(Sources sources, Executor context, Subscription subscription, ClientSink sink) {
    this.sources = sources;
    this.context = context;
    this.subscription = subscription;
    this.sink = sink;
    this.cursor = subscription.after();
    this.generation = subscription.generation();
    sink.generation(generation);
  }

  void start() {
    sources.listener.opened(session());
    sources.hub.join(session(), mailbox);
    sources.watch.join(onStore);
    mailbox.open();
    await(sources.sessions.recent(session(), cursor), this::onRecent);
  }

  /** Sends nothing from now on. Harmless when it is over. */
  public void close() {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase == Phase.LAGGING) {
      sources.listener.recovered(session());
    }
    phase = Phase.CLOSED;
    sources.listener.closed(session());
    sources.hub.leave(session(), mailbox);
    sources.watch.leave(onStore);
    mailbox.close();
    if (retry != null) {
      retry.cancel();
    }
  }

  /** The seq of the last entry that the client has. */
  public long cursor() {
    return cursor;
  }

  /** How many events it holds that the sink does not have yet. */
  int pending() {
    return mailbox.size();
  }

  // Catching up: from the run if it has all that is missing, or else from the journal.

  private void onRecent(AsyncResult<@Nullable List<Entry>> found) {
    var entries = found.succeeded() ? found.result() : null;
    if (entries == null) {
      read();
    } else if (sendAll(entries)) {
      join();
    }
  }

  private void catchUp() {
    phase = Phase.CATCHING_UP;
    // Before the journal is read, so that nothing falls between.
    if (!mailbox.isOpen()) {
      mailbox.open();
    }
    read();
  }

  private void read() {
    await(sources.journal.read(session(), cursor, sources.pageBytes), this::onPage);
  }

  private void onPage(AsyncResult<List<Entry>> page) {
    if (page.failed()) {
      retryOrFail(page.cause());
      return;
    }
    failures = 0;
    if (!page.result().isEmpty()) {
      send(page.result());
    } else {
      join();
    }
  }

  private void send(List<Entry> page) {
    if (!sendAll(page)) {
      return;
    }
    if (mailbox.goesOnFrom(cursor)) {
      join();
    } else {
      read();
    }
  }

  /** Whether the client took them all, and waits for more. */
  private boolean sendAll(List<Entry> page) {
    for (var entry : page) {
      send(entry, Projection.of(session(), entry));
      if (phase != Phase.CATCHING_UP) {
        return false;
      }
    }
    return true;
  }

  private void retryOrFail(Throwable cause) {
    if (++failures < MOST_FAILURES) {
      retry = sources.time.after(FIRST_BACKOFF_MS << (failures - 1), this::read);
      return;
    }
    sources.listener.failed(session(), cause);
    sink.send(
        Projection.error(
            session(),
            cursor,
            "The journal can't be read at present. Connect again to go on after seq "
                + cursor
                + "."));
    end();
  }

  // Joining: a reply that is being streamed.

  private void join() {
    phase = Phase.JOINING;
    await(sources.sessions.partial(session()), this::onPartial);
  }

  private void onPartial(AsyncResult<@Nullable Partial> found) {
    // Without it the client misses a piece of text until the reply is complete, and no more.
    var partial = found.succeeded() ? found.result() : null;
    if (partial == null || heard.outdates(partial, cursor)) {
      goLive();
    } else if (partial.after() > cursor) {
      catchUp();
    } else if (sink.full()) {
      lag();
    } else {
      show(partial);
      if (phase == Phase.JOINING) {
        goLive();
      }
    }
  }

  private void show(Partial partial) {
    if (heard.begins(partial)) {
      sendRest(partial, true, partial.reasoning(), heard.reasoning());
      sendRest(partial, false, partial.text(), heard.text());
    } else if (!partial.text().isEmpty() || !partial.reasoning().isEmpty()) {
      sink.send(Projection.snapshot(session(), partial));
    }
    heard = heard.after(partial);
  }

  private void sendRest(Partial partial, boolean reasoning, String whole, int from) {
    if (from < whole.length()) {
      var rest =
          new Delta(
              reasoning,
              partial.run(),
              partial.turn(),
              partial.attempt(),
              partial.after(),
              from,
              whole.substring(from));
      sink.send(Projection.of(session(), rest));
    }
  }

  // Live: from the mailbox.

  private void goLive() {
    phase = Phase.LIVE;
    drain();
  }

  /** On the context of a run. */
  private void wake() {
    context.execute(this::drain);
  }

  private void drain() {
    while (phase == Phase.LIVE) {
      var item = mailbox.next();
      switch (item) {
        case Live.Recorded(var entry, var event) -> onEntry(entry, event);
        case Live.Streamed(var delta, var event) -> onDelta(delta, event);
        case null -> {
          if (mailbox.overflowed()) {
            catchUpAfterGap();
          }
          return;
        }
      }
    }
  }

  private void onEntry(Entry entry, @Nullable PublicEvent event) {
    if (entry.event() instanceof Event.Rewound rewound) {
      // What others have appended since stands between: it is read from the journal.
      long first = rewound.from() == 0 ? entry.seq() : rewound.from();
      if (first <= cursor + 1) {
        rewind(first - 1, generation + 1);
      }
    }
    if (entry.seq() == cursor + 1) {
      send(entry, event);
    } else if (entry.seq() > cursor) {
      catchUp();
    } else if (entry.seq() == cursor && heard.unknown()) {
      // The run knows now what the client knew before; its reply could not be trusted till here.
      join();
    }
  }

  private void onDelta(Delta delta, PublicEvent event) {
    int overlap = heard.overlap(delta);
    if (overlap >= delta.text().length()) {
      return;
    }
    if (delta.after() > cursor) {
      catchUp();
    } else if (overlap < 0) {
      join();
    } else if (sink.full()) {
      lag();
    } else {
      sink.send(overlap == 0 ? event : Projection.of(session(), rest(delta, overlap)));
      heard = heard.after(delta);
    }
  }

  private static Delta rest(Delta delta, int from) {
    return new Delta(
        delta.reasoning(),
        delta.run(),
        delta.turn(),
        delta.attempt(),
        delta.after(),
        delta.offset() + from,
        delta.text().substring(from));
  }

  // The client.

  private void send(Entry entry, @Nullable PublicEvent event) {
    if (event != null) {
      if (sink.full()) {
        lag();
        return;
      }
      sink.send(event);
    }
    cursor = entry.seq();
    heard = heard.after(entry);
    if (subscription.until().endsWith(entry)) {
      end();
    }
  }

  /** The store lost entries that the client has: others stand in their place now. */
  private void rewind(long to, long newGeneration) {
    cursor = to;
    generation = newGeneration;
    heard = Heard.NOTHING;
    sink.generation(newGeneration);
  }

  private void lag() {
    phase = Phase.LAGGING;
    mailbox.close();
    sources.listener.lagged(session());
    sink.whenRoom(this::onRoom);
  }

  private void onRoom() {
    if (phase == Phase.LAGGING) {
      sources.listener.recovered(session());
      catchUpAfterGap();
    }
  }

  /** What was not heard may have been that the store lost entries. */
  private void catchUpAfterGap() {
    phase = Phase.CATCHING_UP;
    mailbox.open();
    await(
        sources.journal.find(session()),
        found -> {
          var record = found.result();
          if (record != null && record.generation() > generation) {
            rewind(record.kept(generation, cursor), record.generation());
          }
          read();
        });
  }

  // The journal as a whole.

  private void hearOfStore(boolean away) {
    context.execute(() -> tell(away));
  }

  /** Once an outage; who does not read is not told of it. */
  private void tell(boolean away) {
    if (phase == Phase.CLOSED || away == degraded || (away && sink.full())) {
      return;
    }
    degraded = away;
    sink.send(
        away ? Projection.degraded(session(), cursor) : Projection.recovered(session(), cursor));
  }

  private void end() {
    close();
    sink.end();
  }

  private SessionId session() {
    return subscription.session();
  }

  private <T extends @Nullable Object> void await(Future<T> future, Handler<AsyncResult<T>> then) {
    future.onComplete(result -> context.execute(() -> unlessClosed(result, then)));
  }

  private <T extends @Nullable Object> void unlessClosed(
      AsyncResult<T> result, Handler<AsyncResult<T>> then) {
    if (phase != Phase.CLOSED) {
      then.handle(result);
    }
  }
}
