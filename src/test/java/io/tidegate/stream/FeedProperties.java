package io.tidegate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.ManualExecutor;
import io.tidegate.testing.ManualTime;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Whatever the order in which runs write, clients read and contexts get their turn. */
class FeedProperties {

  /** What can happen at any moment. */
  enum Step {
    STATE_WRITTEN,
    LARGE_STATE_WRITTEN,
    CALL_SEALED,
    TURN_GOES_WELL,
    TURN_GOES_BADLY,
    TURN_IS_TRIED_AGAIN,
    RUN_NOTICES,
    TEXT,
    THOUGHT,
    FLOOD,
    RUN_CONTEXT,
    CLIENT_CONTEXT,
    JOURNAL_ANSWERS,
    ALL_CONTEXTS,
    CLIENT_READS,
    CLIENT_RECONNECTS,
    JOURNAL_BREAKS,
    JOURNAL_MENDS,
    TIME_PASSES
  }

  @Property(tries = 3000)
  void clientsGetEveryDurableEventOnceInOrderAndTheWholeText(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 0, max = 3) int start,
      @ForAll @IntRange(min = 1, max = 100) int room,
      @ForAll @IntRange(min = 1, max = 2000) int pageBytes) {
    var world = new World(start, room, pageBytes);
    steps.forEach(world::take);
    world.settle();
    world.check();
  }

  /** Often enough what makes a stream flow, seldom what breaks it. */
  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.frequency(
            Tuple.of(3, Step.TURN_GOES_WELL),
            Tuple.of(1, Step.TURN_GOES_BADLY),
            Tuple.of(1, Step.TURN_IS_TRIED_AGAIN),
            Tuple.of(1, Step.CALL_SEALED),
            Tuple.of(1, Step.STATE_WRITTEN),
            Tuple.of(1, Step.LARGE_STATE_WRITTEN),
            Tuple.of(5, Step.RUN_NOTICES),
            Tuple.of(8, Step.TEXT),
            Tuple.of(3, Step.THOUGHT),
            Tuple.of(1, Step.FLOOD),
            Tuple.of(6, Step.RUN_CONTEXT),
            Tuple.of(10, Step.CLIENT_CONTEXT),
            Tuple.of(6, Step.JOURNAL_ANSWERS),
            Tuple.of(4, Step.ALL_CONTEXTS),
            Tuple.of(4, Step.CLIENT_READS),
            Tuple.of(1, Step.CLIENT_RECONNECTS),
            Tuple.of(1, Step.JOURNAL_BREAKS),
            Tuple.of(3, Step.JOURNAL_MENDS),
            Tuple.of(2, Step.TIME_PASSES))
        .list()
        .ofMaxSize(200);
  }

  /** A run, a client, and what is between. */
  private static final class World {
    private final ManualTime time = new ManualTime();
    private final ManualExecutor runContext = new ManualExecutor();
    private final ManualExecutor clientContext = new ManualExecutor();
    private final ManualExecutor journalContext = new ManualExecutor();
    private final InMemoryJournal journal = new InMemoryJournal(time, journalContext);
    private final FakeSessions sessions = new FakeSessions(runContext);
    private final ScriptedRun run = new ScriptedRun(journal, sessions);
    private final Hub hub = new Hub(sessions);
    private final Feed.Sources sources;
    private final ReadingClient client;
    private final long start;
    private final int room;
    private FakeSink sink;
    private Feed feed;
    private int heard;

    World(long start, int room, int pageBytes) {
      this.start = start;
      this.room = room;
      var watch = new StoreWatch(journal, time);
      sources = new Feed.Sources(journal, pageBytes, sessions, hub, watch, time, FeedListener.NONE);
      client = new ReadingClient(start);
      for (int i = 0; i < start; i++) {
        run.writeState(3);
      }
      connect();
    }

    private void connect() {
      sink = new FakeSink(room);
      heard = 0;
      feed = new Feed(sources, clientContext, subscription(), sink);
      feed.start();
    }

    private Subscription subscription() {
      return new Subscription(ScriptedRun.SESSION, client.last(), 1, Until.FOREVER);
    }

    void take(Step step) {
      switch (step) {
        case STATE_WRITTEN -> run.writeState(3);
        case LARGE_STATE_WRITTEN -> run.writeState(1500);
        case CALL_SEALED ->
            run.write(new Event.Sealed(1, 1, new ToolCall("r1-c1", "w1", "t", "{}")));
        case TURN_GOES_WELL -> run.writeTurn(true);
        case TURN_GOES_BADLY -> run.writeTurn(false);
        case TURN_IS_TRIED_AGAIN -> run.writeRetry();
        case RUN_NOTICES -> run.notice();
        case TEXT -> run.say(false, "some text ");
        case THOUGHT -> run.say(true, "a thought ");
        case FLOOD -> flood();
        case RUN_CONTEXT -> runContext.runOne();
        case CLIENT_CONTEXT -> clientContext.runOne();
        case JOURNAL_ANSWERS -> journalContext.runOne();
        case ALL_CONTEXTS -> runContexts();
        case CLIENT_READS -> read();
        case CLIENT_RECONNECTS -> reconnect();
        case JOURNAL_BREAKS -> journal.breakReadsWith(new IllegalStateException("down"));
        case JOURNAL_MENDS -> journal.breakReadsWith(null);
        case TIME_PASSES -> time.advance(100);
      }
      assertThat(feed.pending()).isLessThanOrEqualTo(Mailbox.MOST_ITEMS);
      hear();
    }

    private void flood() {
      for (int i = 0; i < Mailbox.MOST_ITEMS; i++) {
        run.say(false, "w" + i + " ");
      }
    }

    private void read() {
      hear();
      sink.read();
    }

    private void hear() {
      for (; heard < sink.sent().size(); heard++) {
        client.hear(sink.sent().get(heard));
      }
    }

    private void reconnect() {
      hear();
      feed.close();
      connect();
    }

    /** Lets everything that is under way come to its end. */
    void settle() {
      journal.breakReadsWith(null);
      run.notice();
      if (sink.ended()) {
        reconnect();
      }
      do {
        runContexts();
        read();
        time.advance(10_000);
      } while (runContexts() || sink.full());
      hear();
    }

    private boolean runContexts() {
      boolean any = false;
      while (runContext.runOne() || clientContext.runOne() || journalContext.runOne()) {
        any = true;
      }
      return any;
    }

    void check() {
      assertThat(client.seqs()).isEqualTo(visibleAfterStart());
      if (run.streaming()) {
        assertThat(client.text()).isEqualTo(run.text());
        assertThat(client.reasoning()).isEqualTo(run.reasoning());
      }
      assertThat(feed.pending()).isZero();
      feed.close();
      assertThat(sessions.followers()).isEmpty();
    }

    private List<Long> visibleAfterStart() {
      return journal.entries(ScriptedRun.SESSION).stream()
          .filter(entry -> entry.seq() > start)
          .filter(entry -> Projection.of(ScriptedRun.SESSION, entry) != null)
          .map(Entry::seq)
          .toList();
    }
  }
}
