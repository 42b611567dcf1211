package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.loop.Call;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal.Facts;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Model.Ask;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Fail-overs of the store lose the ends of logs, and others append facts in their place before the
 * owner appends again.
 */
class RewindProperties {
  private static final Set<String> WRITES = Set.of("post", "book", "beep");
  private static final int MOST_LOST = 6;
  private static final int MOST_FACTS = 4;
  private static final int STRANGER = 1_000_000;

  private static Vertx vertx;

  private Bench bench;
  private Node owner;
  private Random random;
  private int facts;
  private int queued;
  private int losses;

  @BeforeContainer
  static void start() {
    vertx = Bench.oneLoop();
  }

  @AfterContainer
  static void stop() {
    Bench.await(vertx.close());
  }

  @Property(tries = 60)
  void whateverIsLostAndAddedCallsAreAnsweredOnceAndWritesBegunOnce(@ForAll long seed) {
    random = new Random(seed);
    bench = new Bench(vertx);
    bench.rules.say("post", Verdict.ASK);
    facts = 0;
    queued = 0;
    losses = 0;
    owner = new Node(bench);
    owner.model.answers(RewindProperties::script);
    if (random.nextBoolean()) {
      bench.replicas.loseMessages();
    }
    owner.wire.before("Journal.append", this::interfere);
    owner.start("s1");
    bench.until("all runs have stopped", this::hasEnded);
    owner.untilNothingIsDriven();
    bench.pass(1_000);
    check();
  }

  private static Reply script(Ask ask) {
    return switch (replies(ask) % 3) {
      case 0 -> reply(ask, "", "look:1", "post:2", "put:3", "find:4");
      case 1 -> reply(ask, "", "beep:5", "book:6", "book:6");
      default -> reply(ask, "All is done.");
    };
  }

  private boolean hasEnded() {
    bench.time.advance(50);
    var state = fold(bench.log());
    if (state.phase() == Phase.SUSPENDED) {
      wake(state);
    }
    return state.phase() == Phase.IDLE && state.queue().isEmpty() && owner.sessions.active() == 0;
  }

  private void wake(RunState state) {
    var open =
        state.calls().stream()
            .filter(call -> call.waitsForPerson() || call.status() == Call.Status.UNKNOWN)
            .toList();
    open.forEach(this::answer);
    if (open.isEmpty()) {
      // What was done does not go with what was decided since: a person ends it.
      assertThat(state.stop().reason()).isEqualTo(StopReason.OUTCOME_UNKNOWN);
      owner.sessions.cancel(Bench.SESSION, state.run(), "Enough.", "test");
    }
  }

  private void answer(Call call) {
    if (call.status() == Call.Status.AWAITING_APPROVAL) {
      owner.sessions.decide(
          Bench.SESSION,
          call.id(),
          new Sessions.Decision(random.nextBoolean(), null, null, "", "test"));
    } else {
      owner.sessions.settle(Bench.SESSION, call.id(), Event.Resolution.HAPPENED, null, "", "test");
    }
  }

  private static RunState fold(List<Entry> entries) {
    var state = RunState.EMPTY;
    for (var entry : entries) {
      state = state.after(entry);
    }
    return state;
  }

  /** The store fails over right before the owner appends, and others are a moment faster. */
  private void interfere() {
    owner.wire.before("Journal.append", this::interfere);
    if (losses < 5 && random.nextInt(4) == 0) {
      lose(1 + random.nextInt(MOST_LOST));
    }
  }

  /** Loses what the owner can know: what was appended since it opened the session. */
  private void lose(int most) {
    int lost = 0;
    while (lost < most
        && bench.memory.changes(Bench.SESSION) > 0
        && fold(bench.log()).phase() == Phase.RUNNING) {
      bench.memory.failOver(Bench.SESSION, 1);
      lost++;
    }
    if (lost == 0) {
      return;
    }
    losses++;
    // Who wakes a session at rest has it driven by whoever is first, which need not be its owner.
    int more = fold(bench.log()).phase() == Phase.RUNNING ? MOST_FACTS : 0;
    for (int i = random.nextInt(more + 1); i > 0; i--) {
      add();
    }
  }

  private void add() {
    var state = fold(bench.log());
    var event = fact(state);
    var run = event instanceof Event.Queued ? "q" + ++queued : state.run();
    facts++;
    var entry = new Entry(state.head() + 1, bench.time.now(), run, event, STRANGER + facts);
    var after = state.after(entry);
    Bench.await(
        bench.memory.add(
            Bench.SESSION,
            new Facts(
                "f" + facts,
                state.head(),
                state.tag(),
                List.of(entry),
                Status.of(after),
                Map.of(Record.WAITING, Integer.toString(after.waitingForPeople())))));
  }

  private Event fact(RunState state) {
    var awaiting =
        state.calls().stream().filter(it -> it.status() == Call.Status.AWAITING_APPROVAL).findAny();
    int chance = random.nextInt(20);
    if (chance == 0 && state.phase() != Phase.IDLE) {
      return new Event.Cancelled(StopReason.CANCELLED, "Enough.", "test");
    } else if (chance <= 2 && queued < 2) {
      return new Event.Queued(
          "agent", "Next.", Limits.Change.NONE, Json.EMPTY_OBJECT, chance == 1, "test");
    } else if (awaiting.isPresent() && chance < 10) {
      return new Event.Expired(awaiting.get().id());
    } else if (awaiting.isPresent()) {
      return new Event.Decided(awaiting.get().id(), chance < 15, false, "", "test");
    }
    return new Event.StateSet(new Json("{\"n\":" + facts + "}"), "test");
  }

  private void check() {
    assertThat(owner.toolbox.wrongs()).isEmpty();
    assertThat(owner.model.wrongs()).isEmpty();
    var stopped = new ArrayList<String>();
    var begun = new ArrayList<String>();
    var answered = new ArrayList<String>();
    var asked = new TreeSet<String>();
    for (var entry : bench.log()) {
      switch (entry.event()) {
        case Event.Asked _ -> begun.add(entry.run());
        case Event.Stopped _ -> stopped.add(entry.run());
        case Event.CallReturned returned
            when !returned.late() && returned.outcome() != Outcome.UNKNOWN ->
            answered.add(returned.call());
        case Event.CallAdopted adopted -> answered.add(adopted.call());
        case Event.Replied replied ->
            Part.calls(replied.reply().parts()).forEach(call -> asked.add(call.id()));
        default -> {}
      }
    }
    assertThat(stopped).containsExactlyElementsOf(begun).doesNotHaveDuplicates();
    assertThat(answered).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(asked);
    var writes = new HashSet<String>();
    for (var sent : owner.toolbox.sent()) {
      if (WRITES.contains(sent.invocation.contract().name())) {
        assertThat(writes.add(sent.invocation.call())).as("once: %s", sent.invocation).isTrue();
      }
    }
    var record = bench.on(() -> bench.journal.find(Bench.SESSION));
    assertThat(record.waitsForPeople()).isFalse();
    assertThat(record.generation())
        .isEqualTo(
            1 + bench.log().stream().filter(it -> it.event() instanceof Event.Rewound).count());
  }
}
