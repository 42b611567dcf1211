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
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal.Facts;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts from outside come right before appends of the owner, whatever it was about to say. */
class RebaseProperties {
  private static final int RUNS_A_SEED = 40;
  private static Vertx vertx;

  private Bench bench;
  private Node owner;
  private Random random;
  private int facts;
  private int queued;

  @BeforeAll
  static void start() {
    vertx = Bench.oneLoop();
  }

  @AfterAll
  static void stop() {
    Bench.await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void whateverComesInBetweenTheLogStaysTrueAndNothingIsDoneTwice(long seed) {
    for (int i = 0; i < RUNS_A_SEED; i++) {
      random = new Random(seed * 1_000 + i);
      goesThrough();
    }
  }

  private static Reply script(Ask ask) {
    return switch (replies(ask) % 3) {
      case 0 -> reply(ask, "", "look:1", "post:2", "put:3", "find:4");
      case 1 -> reply(ask, "", "beep:5", "book:6", "book:6");
      default -> reply(ask, "All is done.");
    };
  }

  private void goesThrough() {
    bench = new Bench(vertx);
    bench.rules.say("post", Verdict.ASK);
    facts = 0;
    queued = 0;
    owner = new Node(bench);
    owner.model.answers(RebaseProperties::script);
    bench.calm();
    int timers = bench.time.waiting();
    if (random.nextBoolean()) {
      bench.replicas.loseMessages();
    }
    owner.wire.before("Journal.append", this::interfere);
    owner.start("s1");
    bench.until("all runs have stopped", this::hasEnded);
    owner.untilNothingIsDriven();
    bench.pass(1_000);
    check();
    assertThat(bench.time.waiting()).as("timers").isEqualTo(timers);
  }

  private boolean hasEnded() {
    bench.time.advance(50);
    var state = fold(bench.log());
    if (state.phase() == RunState.Phase.SUSPENDED) {
      for (var call : state.calls()) {
        answer(call);
      }
    }
    return state.phase() == RunState.Phase.IDLE && state.queue().isEmpty();
  }

  private void answer(Call call) {
    if (call.status() == Call.Status.AWAITING_APPROVAL) {
      owner.sessions.decide(
          Bench.SESSION,
          call.id(),
          new Sessions.Decision(random.nextBoolean(), null, null, "", "test"));
    } else if (call.status() == Call.Status.UNKNOWN) {
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

  /** Somebody else is a moment faster than the owner. */
  private void interfere() {
    owner.wire.before("Journal.append", this::interfere);
    var state = fold(bench.log());
    if (state.head() == 0 || state.phase() != RunState.Phase.RUNNING || random.nextInt(3) == 0) {
      return;
    }
    var event = fact(state);
    var run = event instanceof Event.Queued ? "q" + ++queued : state.run();
    var entry = new Entry(state.head() + 1, bench.time.now(), run, event);
    facts++;
    Bench.await(
        bench.memory.add(
            Bench.SESSION,
            new Facts(
                "f" + facts,
                state.head(),
                state.tag(),
                List.of(entry),
                Status.of(state.after(entry)),
                Map.of())));
  }

  private Event fact(RunState state) {
    var awaiting =
        state.calls().stream().filter(it -> it.status() == Call.Status.AWAITING_APPROVAL).findAny();
    int chance = random.nextInt(20);
    if (chance == 0) {
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
    assertThat(facts).isPositive();
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
      var name = sent.invocation.contract().name();
      if (Set.of("post", "book", "beep").contains(name)) {
        assertThat(writes.add(sent.invocation.call())).as("once: %s", sent.invocation).isTrue();
      }
    }
    assertThat(bench.queue.size().result()).isZero();
  }
}
