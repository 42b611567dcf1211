package io.tidegate.run;

import io.tidegate.conversation.Reply;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Sessions.Started;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A process beside others, with models and tools of its own, that can be cut off from them. */
final class Node {
  final Wire wire = new Wire();
  final ScriptedModel model = new ScriptedModel();
  final FakeToolbox toolbox;
  final Bench.Heard heard = new Bench.Heard();
  final AtomicInteger leasesLost = new AtomicInteger();
  final LiveSessions sessions;
  private final Bench bench;

  /** A process that has joined the others; its model is silent. */
  Node(Bench bench) {
    this(bench, _ -> null);
  }

  /** A process that has joined the others, with a model that knows from the start what to say. */
  Node(Bench bench, Function<Ask, Reply> script) {
    this.bench = bench;
    this.model.answers(script);
    this.toolbox = new FakeToolbox(bench.journal);
    this.toolbox.answers(FakeToolbox::succeeded);
    var told =
        new RunListener() {
          @Override
          public void leaseLost(int sessions) {
            leasesLost.incrementAndGet();
          }
        };
    var shell = bench.shell(model, toolbox, heard, wire).toldFirst(told);
    this.sessions = new LiveSessions(bench.vertx, shell);
    bench.on(() -> sessions.open(false));
  }

  Started start(String session) {
    return start(session, OnBusy.REJECT, null);
  }

  Started start(String session, OnBusy onBusy, String key) {
    return bench.on(() -> sessions.start(bench.start(session, onBusy, key)));
  }

  /** Starts a run in a session named s1, and waits until its model is asked. */
  Node begin() {
    start("s1");
    untilAsked(1);
    return this;
  }

  void untilAsked(int questions) {
    bench.until("the model is asked", () -> model.questions().size() >= questions);
  }

  void untilSent(int calls) {
    bench.until("the calls are sent", () -> toolbox.sent().size() >= calls);
  }

  void untilNothingIsDriven() {
    bench.until("all drivers are released", () -> sessions.active() == 0);
  }

  /** Answers the last question. */
  void answer(String text, String... calls) {
    bench.act(() -> model.last().answer(ScriptedModel.reply(model.last().ask, text, calls)));
  }
}
