package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Reply;
import io.tidegate.loop.Event;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Sessions.OnBusy;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process dies, and those that are left take over what it was driving. */
class TakeoverScenarios {
  private static Vertx vertx;
  private Bench bench;

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
  }

  private static Reply script(Ask ask) {
    return replies(ask) == 0 ? reply(ask, "", "look:1", "look:2") : reply(ask, "Done.");
  }

  private Node node() {
    return new Node(bench, TakeoverScenarios::script);
  }

  private Node silent() {
    return new Node(bench, _ -> null);
  }

  @Test
  void whatADeadProcessLeftIsSpreadOverTheOthers() {
    var dead = silent();
    for (int i = 0; i < 300; i++) {
      dead.start("s" + i);
    }
    dead.untilAsked(300);
    var one = silent();
    bench.advance(100);
    var other = silent();
    dead.wire.cut();
    bench.pass(10_000);
    bench.until(
        "all are taken over",
        () -> one.model.questions().size() + other.model.questions().size() == 300);
    assertThat(one.model.questions()).hasSizeGreaterThan(75);
    assertThat(other.model.questions()).hasSizeGreaterThan(75);
    assertThat(one.heard.taken.get() + other.heard.taken.get()).isEqualTo(300);
  }

  @Test
  void oneThatIsLeftAloneTakesOverHoweverShortTheLeaseIs() {
    bench.replica(new ReplicaSettings(1_000, 0)).chance(0.9);
    var dead = silent().begin();
    node();
    dead.wire.cut();
    bench.pass(5_000);
    assertThat(bench.events(Event.Resumed.class)).hasSize(1);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void aProcessAtItsLimitTakesOverNothingUntilItHasRoom() {
    var dead = silent().begin();
    bench.limits(new GatewayLimits(1, 10, 10, 0, 0));
    var full = silent();
    full.start("busy");
    full.untilAsked(1);
    dead.wire.cut();
    bench.pass(20_000);
    assertThat(full.sessions.active()).isEqualTo(1);
    assertThat(full.model.questions()).hasSize(1);
    full.model.answers(TakeoverScenarios::script);
    full.answer("Done.");
    bench.pass(40_000);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void whatADeadProcessLeftGoesBeforeNewRunsWhereNobodyHasRoom() {
    int left = 70;
    var dead = silent();
    for (int i = 0; i < left; i++) {
      dead.start("s" + i);
    }
    dead.untilAsked(left);
    dead.wire.cut();
    bench.limits(new GatewayLimits(2, 100, 10, 0, 0));
    var full = List.of(silent(), silent());
    for (int i = 0; i < 24; i++) {
      full.get(i % 2).start("new" + i);
    }
    bench.until("they are full", () -> asked(full) == 4);
    bench.pass(10_000);
    assertThat(asked(full)).isEqualTo(4);
    for (int ended = 0; ended < left; ended++) {
      endOne(full, 4 + ended);
    }
    for (int i = 0; i < left; i++) {
      assertThat(bench.memory.entries(new SessionId("default", "s" + i)))
          .filteredOn(entry -> entry.event() instanceof Event.Resumed)
          .hasSize(1);
    }
    assertThat(full.stream().mapToInt(node -> node.heard.taken.get()).sum()).isEqualTo(left);
    for (int ended = left; ended < left + 20; ended++) {
      endOne(full, 4 + ended);
    }
    assertThat(asked(full)).isEqualTo(left + 24);
  }

  private static int asked(List<Node> nodes) {
    return nodes.stream().mapToInt(node -> node.model.questions().size()).sum();
  }

  /** Ends the oldest run, and waits until another has its place. */
  private void endOne(List<Node> nodes, int asked) {
    var oldest =
        nodes.stream()
            .flatMap(node -> node.model.questions().stream())
            .filter(question -> !question.reply().isComplete())
            .findFirst()
            .orElseThrow();
    bench.act(() -> oldest.answer(reply(oldest.ask, "Done.")));
    bench.until(
        "another has its place",
        () -> {
          bench.time.advance(50);
          return asked(nodes) > asked;
        });
  }

  @Test
  void aTakerThatDiesBeforeItsFirstAppendLosesNothing() {
    var dead = silent().begin();
    var taker = silent();
    taker.wire.cutAfter("Journal.own");
    dead.wire.cut();
    bench.pass(7_000);
    assertThat(taker.wire.count("Journal.own")).isEqualTo(1);
    assertThat(bench.events(Event.Resumed.class)).isEmpty();
    node();
    bench.pass(40_000);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void aFactThatComesInTheMomentOfTheTakeoverDoesNotHoldItUp() {
    var dead = silent().begin();
    var taker = node();
    var other = new Node(bench);
    other.wire.hold("Replicas.dead");
    taker.wire.before(
        "Journal.own", () -> other.sessions.start(bench.start("s1", OnBusy.ENQUEUE, null)));
    taker.wire.hold("Journal.own");
    dead.wire.cut();
    bench.pass(7_000);
    assertThat(bench.events(Event.Queued.class)).hasSize(1);
    bench.act(() -> taker.wire.letGo("Journal.own"));
    bench.until("it is taken over", () -> !bench.events(Event.Resumed.class).isEmpty());
    bench.untilStops(2);
  }

  @Test
  void twoThatTakeTheSameSessionDoNotBothDriveIt() {
    var dead = silent().begin();
    dead.answer("", "post:1");
    bench.calm();
    var one = node();
    var other = node();
    dead.wire.cut();
    bench.pass(20_000);
    bench.calm();
    assertThat(one.sessions.active() + other.sessions.active()).isLessThanOrEqualTo(1);
    assertThat(bench.events(Event.Stopped.class)).hasSizeLessThanOrEqualTo(1);
    assertThat(bench.events(Event.Resumed.class)).hasSize(1);
  }

  @Test
  void aSessionWhoseDriverLingersHoldsUpNoOther() {
    bench.limits(new GatewayLimits(1, 10, 10, 0, 0));
    var full = silent();
    full.start("busy");
    full.untilAsked(1);
    bench.limits(GatewayLimits.DEFAULT);
    var taker = silent().begin();
    taker.wire.holdAnswers("Journal.append");
    taker.answer("Done.");
    bench.untilStops(1);
    // It has come to rest, which its driver does not know yet.
    taker.model.answers(TakeoverScenarios::script);
    full.start("s1");
    bench.calm();
    full.start("s2");
    full.start("s3");
    bench.until("the others are taken", () -> taker.sessions.active() == 3);
    bench.act(() -> taker.wire.letGo("Journal.append"));
    bench.until(
        "all have run",
        () -> {
          bench.time.advance(50);
          return taker.heard.stops.get() == 4;
        });
  }
}
