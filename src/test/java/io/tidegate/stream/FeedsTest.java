package io.tidegate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.ManualTime;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run on one event loop and its client on another. */
class FeedsTest {
  private static final int TURNS = 200;
  private static final int WORDS = 50;

  private final Vertx vertx = Vertx.vertx();
  private final Context runContext = ((VertxInternal) vertx).createEventLoopContext();
  private final Context clientContext = ((VertxInternal) vertx).createEventLoopContext();
  private final ManualTime time = new ManualTime();
  private final InMemoryJournal journal = new InMemoryJournal(time);
  private final FakeSessions sessions =
      new FakeSessions(task -> runContext.runOnContext(_ -> task.run()));
  private final ScriptedRun run = new ScriptedRun(journal, sessions);
  private final Feeds feeds = new Feeds(journal, sessions, time, FeedListener.NONE);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void everythingArrivesInOrderAcrossEventLoops() throws Exception {
    var reader = new ReadingClient(0);
    var done = Promise.<Void>promise();
    clientContext.runOnContext(_ -> open(reader, done));
    runContext.runOnContext(_ -> turn(0));
    done.future().await(30, TimeUnit.SECONDS);
    assertThat(reader.seqs()).hasSize(2 * TURNS).isSorted().doesNotHaveDuplicates();
  }

  private void open(ReadingClient reader, Promise<Void> done) {
    var subscription =
        new Subscription(ScriptedRun.SESSION, 0, 1, entry -> entry.seq() == 2 * TURNS);
    feeds.open(clientContext, subscription, new PromptSink(reader, done));
  }

  private void turn(int number) {
    run.writeTurn(true);
    run.notice();
    for (int i = 0; i < WORDS; i++) {
      run.say(false, "word" + i + " ");
    }
    run.writeTurn(true);
    run.notice();
    if (number + 1 < TURNS) {
      runContext.runOnContext(_ -> turn(number + 1));
    }
  }

  /** A connection whose client reads at once. */
  private record PromptSink(ReadingClient reader, Promise<Void> done) implements ClientSink {
    @Override
    public void send(PublicEvent event) {
      try {
        reader.hear(event);
      } catch (AssertionError wrong) {
        done.tryFail(wrong);
      }
    }

    @Override
    public boolean full() {
      return false;
    }

    @Override
    public void whenRoom(Runnable task) {
      throw new IllegalStateException("it is never full");
    }

    @Override
    public void end() {
      done.tryComplete();
    }
  }
}
