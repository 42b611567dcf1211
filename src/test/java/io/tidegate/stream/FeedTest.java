package io.tidegate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.ManualExecutor;
import io.tidegate.testing.ManualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedTest {
  private final ManualTime time = new ManualTime();
  private final ManualExecutor client = new ManualExecutor();
  private final InMemoryJournal journal = new InMemoryJournal(time);
  private final FakeSessions sessions = new FakeSessions(Runnable::run);
  private final ScriptedRun run = new ScriptedRun(journal, sessions);
  private final Hub hub = new Hub(sessions);
  private final StoreWatch watch = new StoreWatch(journal, time);
  private final List<String> troubles = new ArrayList<>();

  @Test
  void replaysTheJournalAndThenFollows() {
    run.writeState(1);
    run.notice();
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    run.writeState(2);
    run.notice();
    settle();
    assertThat(sink.seqs()).containsExactly(1L, 2L);
  }

  @Test
  void beginsAfterWhatTheClientHas() {
    writeStates(5);
    var sink = FakeSink.fast();
    open(3, Until.FOREVER, sink);
    assertThat(sink.seqs()).containsExactly(4L, 5L);
  }

  @Test
  void clientsThatJoinInTheMiddleOfAReplyGetASnapshotFirst() {
    beginReply("Half of ");
    run.say(true, "Hm.");
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    run.say(false, "the words.");
    settle();
    assertThat(sink.types()).containsExactly("model.started", "message.snapshot", "text.delta");
    assertThat(sink.json(1).getString("text")).isEqualTo("Half of ");
    assertThat(sink.json(1).getString("reasoning")).isEqualTo("Hm.");
    assertThat(sink.json(2).getInteger("offset")).isEqualTo(8);
  }

  @Test
  void clientsThatComeBackToAReplyGetASnapshotToo() {
    beginReply("Half of ");
    var sink = FakeSink.fast();
    open(1, Until.FOREVER, sink);
    assertThat(sink.types()).containsExactly("message.snapshot");
  }

  @Test
  void replyThatIsOverInTheJournalIsNotShownAsUnfinishedThoughItsRunDoesNotKnowYet() {
    beginReply("All the words.");
    run.writeTurn(true);
    var sink = FakeSink.fast();
    open(2, Until.FOREVER, sink);
    run.notice();
    settle();
    assertThat(sink.types()).isEmpty();
  }

  @Test
  void replyThatGoesOnIsShownOnceItsRunKnowsWhatTheClientKnows() {
    beginReply("Half of the words.");
    run.writeState(1);
    var sink = FakeSink.fast();
    open(2, Until.FOREVER, sink);
    run.notice();
    settle();
    assertThat(sink.types()).containsExactly("message.snapshot");
  }

  @Test
  void clientsThatFellBehindWithinAReplyGetTheRestOfIt() {
    beginReply("");
    var sink = new FakeSink(2);
    open(0, Until.FOREVER, sink);
    run.say(false, "one ");
    settle();
    run.say(false, "two ");
    run.say(false, "three");
    settle();
    sink.read();
    settle();
    assertThat(sink.types()).containsExactly("model.started", "text.delta", "text.delta");
    assertThat(sink.json(2).getString("text")).isEqualTo("two three");
    assertThat(sink.json(2).getInteger("offset")).isEqualTo(4);
  }

  @Test
  void entriesOfWhichNobodyToldAreReadBeforeTheNext() {
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    run.recordSilently(new Event.StateSet(Json.NULL, "another process"));
    run.record(new Event.StateSet(Json.NULL, "this process"));
    settle();
    assertThat(sink.seqs()).containsExactly(1L, 2L);
  }

  @Test
  void deltasNeverOvertakeTheEntryTheyComeAfter() {
    beginReply("one ");
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    run.recordSilently(new Event.StateSet(Json.NULL, "another process"));
    run.say(false, "two");
    settle();
    assertThat(sink.types())
        .containsExactly("model.started", "message.snapshot", "state.changed", "text.delta");
    assertThat(sink.json(3).getString("text")).isEqualTo("two");
  }

  @Test
  void deltasThatTheClientHasInPartAreCut() {
    beginReply("one two");
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    var delta = new Delta(false, ScriptedRun.RUN, 1, 1, 1, 4, "two three");
    sessions.followers().forEach(each -> each.delta(ScriptedRun.SESSION, delta));
    settle();
    assertThat(sink.types()).containsExactly("model.started", "message.snapshot", "text.delta");
    assertThat(sink.json(2).getString("text")).isEqualTo(" three");
    assertThat(sink.json(2).getInteger("offset")).isEqualTo(7);
  }

  @Test
  void stalledClientHoldsNothing() {
    beginReply("");
    var sink = new FakeSink(1);
    var feed = open(0, Until.FOREVER, sink);
    for (int i = 0; i < 10_000; i++) {
      run.say(false, "word ");
      run.writeState(10);
      run.notice();
      assertThat(client.size()).isLessThanOrEqualTo(1);
      settle();
      assertThat(feed.pending()).isZero();
    }
    assertThat(sink.sent()).hasSize(1);
    assertThat(troubles).containsExactly("lagged");
  }

  @Test
  void clientWhoseContextIsBusyIsSentTheRestFromTheJournal() {
    var sink = FakeSink.fast();
    var feed = open(0, Until.FOREVER, sink);
    for (int i = 0; i < 1000; i++) {
      run.writeState(10);
      run.notice();
      assertThat(feed.pending()).isLessThanOrEqualTo(Mailbox.MOST_ITEMS);
      assertThat(client.size()).isLessThanOrEqualTo(1);
    }
    settle();
    assertThat(sink.seqs()).hasSize(1000).isSorted();
  }

  @Test
  void endsWithTheRestOfItsRun() {
    var sink = FakeSink.fast();
    open(0, Until.rests(ScriptedRun.RUN), sink);
    run.writeState(1);
    run.record(new Event.Stopped(stop()));
    run.writeState(2);
    run.notice();
    settle();
    assertThat(sink.types()).containsExactly("state.changed", "run.stopped");
    assertThat(sink.ended()).isTrue();
    assertThat(sessions.followers()).isEmpty();
  }

  @Test
  void endsWithARestThatWasInTheJournalAlready() {
    run.record(new Event.Suspended(stop()));
    var sink = FakeSink.fast();
    open(0, Until.rests(ScriptedRun.RUN), sink);
    assertThat(sink.ended()).isTrue();
  }

  @Test
  void goesOnAfterTheRestOfAnotherRun() {
    run.record(new Event.Stopped(stop()));
    var sink = FakeSink.fast();
    open(0, Until.rests("r2"), sink);
    assertThat(sink.ended()).isFalse();
  }

  @Test
  void closedFeedSendsNothingMore() {
    var sink = FakeSink.fast();
    var feed = open(0, Until.FOREVER, sink);
    run.writeState(1);
    run.notice();
    feed.close();
    feed.close();
    settle();
    assertThat(sink.sent()).isEmpty();
    assertThat(sessions.followers()).isEmpty();
    assertThat(hub.size()).isZero();
  }

  @Test
  void clientThatLeftWhileItLaggedIsForgotten() {
    writeStates(5);
    var sink = new FakeSink(1);
    var feed = open(0, Until.FOREVER, sink);
    feed.close();
    sink.read();
    settle();
    assertThat(sink.seqs()).containsExactly(1L);
  }

  @Test
  void journalThatIsAwayForAMomentIsReadAgain() {
    writeStates(3);
    journal.breakReadsWith(new IllegalStateException("away"));
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    time.advance(150);
    journal.breakReadsWith(null);
    settle();
    time.advance(1000);
    settle();
    assertThat(sink.seqs()).containsExactly(1L, 2L, 3L);
    assertThat(troubles).isEmpty();
  }

  @Test
  void journalThatStaysAwayEndsTheFeedWithAnEventThatSaysSo() {
    writeStates(3);
    journal.breakReadsWith(new IllegalStateException("away"));
    var sink = FakeSink.fast();
    open(2, Until.FOREVER, sink);
    for (int i = 0; i < 10; i++) {
      time.advance(10_000);
      settle();
    }
    assertThat(sink.types()).containsExactly("stream.error");
    assertThat(sink.json(0).getLong("after")).isEqualTo(2);
    assertThat(sink.ended()).isTrue();
    assertThat(troubles).containsExactly("failed");
    assertThat(sessions.followers()).isEmpty();
  }

  @Test
  void manyClientsOfOneSessionFollowItOnceAndShareItsEvents() {
    var one = FakeSink.fast();
    var two = FakeSink.fast();
    open(0, Until.FOREVER, one);
    open(0, Until.FOREVER, two);
    beginReply("word");
    settle();
    assertThat(sessions.followers()).hasSize(1);
    assertThat(one.sent()).hasSize(2);
    assertThat(one.sent().getFirst()).isSameAs(two.sent().getFirst());
    assertThat(one.sent().getLast()).isSameAs(two.sent().getLast());
  }

  private void away(int looks) {
    journal.breakWith(new Journal.Unavailable("it is away", null));
    time.advance(looks * StoreWatch.LOOK_MS);
    settle();
  }

  private void back() {
    journal.breakWith(null);
    time.advance(StoreWatch.LOOK_MS);
    settle();
  }

  @Test
  void clientsAreToldOnceThatTheJournalIsAwayAndThatItIsBack() {
    writeStates(1);
    var sink = FakeSink.fast();
    open(1, Until.FOREVER, sink);
    away(StoreWatch.LOOKS);
    away(10);
    assertThat(sink.types()).containsExactly("gateway.degraded");
    assertThat(sink.sent().getFirst().durable()).isFalse();
    assertThat(sink.json(0).getInteger("after")).isEqualTo(1);
    back();
    back();
    run.writeState(1);
    run.notice();
    settle();
    assertThat(sink.types())
        .containsExactly("gateway.degraded", "gateway.recovered", "state.changed");
    away(StoreWatch.LOOKS);
    assertThat(sink.types()).endsWith("gateway.degraded");
  }

  @Test
  void aShortSilenceOfTheJournalIsNothingToTell() {
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    away(StoreWatch.LOOKS - 1);
    back();
    away(StoreWatch.LOOKS - 1);
    assertThat(sink.types()).isEmpty();
  }

  @Test
  void whoDoesNotReadIsToldNothingOfIt() {
    writeStates(1);
    var sink = new FakeSink(1);
    open(0, Until.FOREVER, sink);
    away(StoreWatch.LOOKS);
    back();
    assertThat(sink.types()).containsExactly("state.changed");
  }

  @Test
  void whoComesWhileTheJournalIsAwayIsToldAtOnce() {
    open(0, Until.FOREVER, FakeSink.fast());
    away(StoreWatch.LOOKS);
    var sink = FakeSink.fast();
    open(0, Until.FOREVER, sink);
    assertThat(sink.types()).containsExactly("gateway.degraded");
  }

  @Test
  void nobodyLooksAfterTheJournalWhenNobodyFollows() {
    var feed = open(0, Until.FOREVER, FakeSink.fast());
    away(StoreWatch.LOOKS);
    feed.close();
    assertThat(time.waiting()).isZero();
    var sink = FakeSink.fast();
    journal.breakWith(null);
    open(0, Until.FOREVER, sink);
    back();
    assertThat(sink.types()).isEmpty();
  }

  @Test
  void whatTheRunHasIsNotReadFromTheJournal() {
    var disk = new ManualExecutor();
    var slow = new InMemoryJournal(time, disk);
    var writer = new ScriptedRun(slow, sessions);
    writer.writeState(2);
    sessions.recent =
        List.of(
            new Entry(2, 1, "", new Event.StateSet(Json.NULL, "this process")),
            new Entry(3, 1, "", new Event.StateSet(Json.NULL, "this process")));
    var sink = FakeSink.fast();
    open(slow, 1, Until.FOREVER, sink);
    assertThat(sink.seqs()).containsExactly(2L, 3L);
    assertThat(disk.size()).isZero();
  }

  @Test
  void whatIsHeardWhileTheJournalIsReadNeedNotBeRead() {
    var disk = new ManualExecutor();
    var slow = new InMemoryJournal(time, disk);
    var writer = new ScriptedRun(slow, sessions);
    writer.writeState(1);
    var sink = FakeSink.fast();
    open(slow, 0, Until.FOREVER, sink);
    disk.runOne();
    writer.record(new Event.StateSet(Json.NULL, "this process"));
    settle();
    assertThat(sink.seqs()).containsExactly(1L, 2L);
    assertThat(disk.size()).isZero();
  }

  private Feed open(long after, Until until, FakeSink sink) {
    return open(journal, after, until, sink);
  }

  private Feed open(Journal journal, long after, Until until, FakeSink sink) {
    var sources =
        new Feed.Sources(journal, Feed.PAGE_BYTES, sessions, hub, watch, time, new Troubles());
    var feed =
        new Feed(sources, client, new Subscription(ScriptedRun.SESSION, after, 1, until), sink);
    feed.start();
    settle();
    return feed;
  }

  private void settle() {
    while (client.runOne()) {
      // One after the other.
    }
  }

  private void writeStates(int count) {
    for (int i = 0; i < count; i++) {
      run.writeState(1);
    }
    run.notice();
  }

  private void beginReply(String words) {
    run.writeTurn(true);
    run.notice();
    if (!words.isEmpty()) {
      run.say(false, words);
    }
  }

  private static Stop stop() {
    return new Stop(StopReason.COMPLETED, "", true, null, 1, 0, Usage.NONE, Usd.ZERO, 1, "");
  }

  private final class Troubles implements FeedListener {
    @Override
    public void lagged(SessionId session) {
      troubles.add("lagged");
    }

    @Override
    public void failed(SessionId session, Throwable cause) {
      troubles.add("failed");
    }
  }
}
