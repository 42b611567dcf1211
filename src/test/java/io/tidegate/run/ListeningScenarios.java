package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.Sessions.OnBusy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of one process follow runs that others drive. */
class ListeningScenarios {
  private static Vertx vertx;
  private Bench bench;
  private Node owner;
  private Node other;
  private final Listener listener = new Listener();

  @BeforeAll
  static void start() {
    vertx = Bench.oneLoop();
  }

  @AfterAll
  static void stop() {
    Bench.await(vertx.close());
  }

  @BeforeEach
  void setUp() {
    bench = new Bench(vertx);
    owner = silent();
    other = silent();
  }

  private Node silent() {
    return new Node(bench, _ -> null);
  }

  /** Hears entries, again where it is told again, and words. */
  private static final class Listener implements RunListener {
    final ConcurrentSkipListSet<Long> seqs = new ConcurrentSkipListSet<>();
    final List<Long> first = new CopyOnWriteArrayList<>();
    final List<String> words = new CopyOnWriteArrayList<>();

    @Override
    public void recorded(SessionId session, List<Entry> entries, RunState state) {
      heard(session, entries);
    }

    @Override
    public void heard(SessionId session, List<Entry> entries) {
      for (var entry : entries) {
        if (seqs.add(entry.seq())) {
          first.add(entry.seq());
        }
      }
    }

    @Override
    public void delta(SessionId session, Delta delta) {
      words.add(delta.text());
    }
  }

  private Sessions.Following follows(Node node) {
    var following =
        bench.on(() -> Future.succeededFuture(node.sessions.follow(Bench.SESSION, listener)));
    bench.calm();
    return following;
  }

  /** It heard all from some entry on, in order. */
  private void assertAllHeard() {
    bench.until("it has heard the end", () -> listener.seqs.contains((long) bench.log().size()));
    assertThat(listener.first)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(listener.first.getFirst(), bench.log().size()).boxed().toList());
  }

  @Test
  void allEntriesAndWordsAreHeardInOrder() {
    owner.begin();
    follows(other);
    bench.act(() -> owner.model.last().sink.text("Let me see."));
    owner.answer("Let me see.", "look:1");
    owner.untilAsked(2);
    owner.answer("Done.");
    bench.untilStops(1);
    assertAllHeard();
    assertThat(listener.words).containsExactly("Let me see.");
  }

  @Test
  void whatComesWhileTheRunChangesHandsIsHeardToo() {
    owner.begin();
    follows(other);
    var third = silent();
    // The listener's own process has no part in it.
    other.wire.hold("WorkQueue.take");
    bench.act(() -> owner.sessions.leave(Duration.ofMinutes(1)));
    owner.answer("", "look:1");
    third.untilAsked(1);
    bench.act(() -> third.model.last().sink.text("Here I am."));
    third.answer("Here I am.");
    bench.untilStops(1);
    assertAllHeard();
    assertThat(listener.words).containsExactly("Here I am.");
  }

  @Test
  void aListenerWhoseProcessTakesTheRunOverHearsOn() {
    owner.begin();
    follows(other);
    bench.act(() -> owner.sessions.leave(Duration.ofMinutes(1)));
    owner.answer("", "look:1");
    other.untilAsked(1);
    other.answer("Done.");
    bench.untilStops(1);
    assertAllHeard();
  }

  @Test
  void whatMessagesLostIsFoundByALookFromTimeToTime() {
    owner.begin();
    follows(other);
    bench.replicas.loseMessages();
    owner.answer("", "look:1");
    owner.untilAsked(2);
    bench.calm();
    assertThat(listener.seqs).doesNotContain((long) bench.log().size());
    bench.pass(5_500);
    assertAllHeard();
  }

  @Test
  void whatThisProcessSaysItselfIsHeardInOrder() {
    owner.begin();
    follows(other);
    other.start("s1", OnBusy.ENQUEUE, null);
    owner.answer("One.");
    owner.untilAsked(2);
    owner.answer("Two.");
    bench.untilStops(2);
    assertAllHeard();
  }

  @Test
  void theReplyThatIsBeingStreamedIsAskedForElsewhere() {
    owner.begin();
    bench.act(() -> owner.model.last().sink.text("Let me"));
    var partial = bench.on(() -> other.sessions.partial(Bench.SESSION));
    assertThat(partial).isNotNull();
    assertThat(partial.text()).isEqualTo("Let me");
    follows(other);
    assertThat(bench.on(() -> other.sessions.partial(Bench.SESSION)).text()).isEqualTo("Let me");
    owner.answer("Let me see.");
    bench.untilStops(1);
    assertThat(bench.on(() -> other.sessions.partial(Bench.SESSION))).isNull();
  }

  @Test
  void nothingIsToldWhenNobodyListens() {
    owner.begin();
    int before = owner.wire.count("Replicas.tell");
    owner.answer("", "look:1");
    owner.untilAsked(2);
    bench.act(() -> owner.model.last().sink.text("Well."));
    owner.answer("Well.");
    bench.untilStops(1);
    assertThat(owner.wire.count("Replicas.tell")).isEqualTo(before);
  }

  @Test
  void whoHasStoppedListeningIsToldNothingAfterAWhile() {
    owner.begin();
    var following = follows(other);
    owner.answer("", "look:1");
    owner.untilAsked(2);
    assertThat(owner.wire.count("Replicas.tell")).isPositive();
    bench.act(following::close);
    bench.pass(45_000);
    int before = owner.wire.count("Replicas.tell");
    owner.answer("Done.");
    bench.untilStops(1);
    assertThat(owner.wire.count("Replicas.tell")).isEqualTo(before);
  }

  @Test
  void aLogThatWasPutBackIsHeardFromThePlaceWhereItWasCut() {
    owner.toolbox.answers(_ -> null);
    owner.begin();
    follows(other);
    owner.answer("", "look:1");
    owner.untilSent(1);
    assertAllHeard();
    bench.memory.forget(Bench.SESSION, 2);
    int from = bench.log().size() + 1;
    listener.seqs.clear();
    listener.first.clear();
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    bench.pass(5_500);
    assertAllHeard();
    assertThat(bench.log().get(from - 1).event()).isInstanceOf(Event.Rewound.class);
    assertThat(listener.seqs.first()).isLessThanOrEqualTo(from);
  }
}
