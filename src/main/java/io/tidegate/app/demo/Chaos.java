package io.tidegate.app.demo;

import io.tidegate.app.demo.Metrics.Sample;
import io.tidegate.app.demo.Reconciliation.Gate;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The chaos: in each act something is done to the cast while runs go on, until what it should bring
 * about is seen in the gateway's metrics. Each act has runs of its own, so that a slow machine has
 * time; an act whose effect is not seen by then is a problem.
 */
final class Chaos implements Gate, AutoCloseable {
  private static final int RUNS_USUAL = 40;
  private static final int RUNS_MAX = 60;
  private static final int UNDER_WAY_MAX = 24;
  private static final long PAUSE_MS = 100;
  private static final long PATIENT_PAUSE_MS = 1_000;

  private static final String ASKED = "gen_ai_client_operation_duration_seconds_count";
  private static final String OPENED = "tidegate_breaker_transitions_total";
  private static final String PASSED_OVER = "tidegate_model_passed_over_total";
  private static final String COOLED = "tidegate_model_keys_cooled_total";
  private static final String HEDGES = "tidegate_model_hedges_total";
  private static final String HEDGES_WON = "tidegate_model_hedges_won_total";
  private static final String STATE = "tidegate_breaker_state";

  /** As many as there can be invoices. */
  private static final int RUNS_ALL = 500;

  private final Cast cast;
  private final PrintStream out;
  private final Narrator narrator;
  private final Watch watch;
  private final Storm storm;
  private final Semaphore admitted = new Semaphore(0);
  private final Semaphore places = new Semaphore(UNDER_WAY_MAX);
  private final List<String> problems = new ArrayList<>();
  private final Thread director;

  Chaos(Cast cast, GatewayApi management, PrintStream out) throws InterruptedException {
    this.cast = cast;
    this.out = out;
    narrator = new Narrator(out);
    watch = new Watch(management, names(cast), narrator);
    storm = new Storm(cast, watch);
    director = Thread.ofVirtual().name("director").start(this::direct);
  }

  private static Watch.Names names(Cast cast) {
    var names = new HashMap<String, String>();
    for (var player : Player.values()) {
      names.put(player.target(), "model " + player);
      names.put(player.breaker(), "model " + player);
    }
    names.put(cast.receiptsBreaker(), "the goods receipts");
    names.put(cast.receiptsBreaker().substring("tool:".length()), "the goods receipts");
    names.put("tool:" + cast.url(Player.C), "the ERP");
    names.put(cast.url(Player.C).toString(), "the ERP");
    return name -> names.getOrDefault(name, name);
  }

  /** Waits until the next run may begin. */
  @Override
  public void enter() throws InterruptedException {
    admitted.acquire();
  }

  /** A run rests, and makes room for the next. */
  @Override
  public void leave() {
    places.release();
  }

  private void direct() {
    try {
      play();
    } catch (InterruptedException closed) {
      problems.add("The chaos was broken off.");
    } catch (IllegalStateException | UncheckedIOException e) {
      problems.add("The chaos came to an end: " + e.getMessage());
    } finally {
      admitted.release(RUNS_ALL);
    }
  }

  private void play() throws InterruptedException {
    act("All is well, and model A answers.", now -> asked(now, Player.A) > 0);
    bursts();
    stall();
    death();
    slowness();
    brokenTool();
    recovery();
  }

  private void bursts() throws InterruptedException {
    long before = watch.look().count(COOLED);
    long openedBefore = opened(watch.now(), Player.A.breaker());
    var burst = Map.<String, Object>of("kind", "429", "times", 8, "retry-after", "1");
    cast.fault(Player.A, burst);
    act("Model A answers 429, eight times.", now -> now.count(COOLED) > before);
    cast.fault(Player.A, burst);
    act("And once more.", now -> now.count(COOLED) > before + 1);
    if (opened(watch.look(), Player.A.breaker()) > openedBefore) {
      narrator.tell("the breaker of model A opened, though not for a 429: this machine is slow");
    }
  }

  private void stall() throws InterruptedException {
    long before = opened(watch.look(), Player.A.breaker());
    cast.fault(Player.A, Map.of("kind", "stall", "after", 10));
    act(
        "Model A falls silent after ten tokens.",
        now -> {
          boolean open = opened(now, Player.A.breaker()) > before;
          if (open) {
            storm.begin();
          }
          return open;
        });
  }

  private void death() throws InterruptedException {
    long before = passedOver(watch.look());
    storm.pause();
    cast.killA();
    storm.goOn();
    act("Model A dies.", now -> passedOver(now) > before);
  }

  private void slowness() throws InterruptedException {
    long hedges = watch.look().count(HEDGES);
    long won = watch.now().count(HEDGES_WON);
    cast.fault(Player.B, Map.of("kind", "slow", "ms", 1_500, "model", "reconciler"));
    act(
        "Model B, which stands in for it, is slow.",
        now -> now.count(HEDGES) > hedges && now.count(HEDGES_WON) > won);
  }

  private void brokenTool() throws InterruptedException {
    cast.fault(Player.B, Map.of("kind", "503", "tool", Cast.RECEIPTS));
    act(
        "Model B is well again; the goods receipts answer 503.",
        now -> opened(now, cast.receiptsBreaker()) > 0);
  }

  private void recovery() throws InterruptedException {
    storm.end();
    cast.recover(Player.B);
    cast.startA();
    long before = asked(watch.look(), Player.A);
    act(
        "All recover.",
        now ->
            now.all(STATE).stream().allMatch(state -> state.value() == 0)
                && asked(now, Player.A) > before + RUNS_USUAL / 2);
  }

  private static long asked(Metrics metrics, Player player) {
    return metrics.count(ASKED, "tidegate_provider", player.provider());
  }

  private static long opened(Metrics metrics, String breaker) {
    return Metrics.sum(
        metrics.of(OPENED, "breaker", breaker).stream()
            .filter(sample -> sample.label("state").equals("open"))
            .toList());
  }

  private static long passedOver(Metrics metrics) {
    return metrics.count(PASSED_OVER, "target", Player.A.target());
  }

  /**
   * Lets runs begin until the effect is seen, and long enough for it to be watched. So few are
   * under way at a time that a slow machine's acts take longer, and are the same acts.
   */
  private void act(String sentence, Effect effect) throws InterruptedException {
    narrator.act(sentence);
    boolean seen = false;
    for (int runs = 0; runs < RUNS_USUAL || (!seen && runs < RUNS_MAX); runs++) {
      places.acquire();
      admitted.release();
      Thread.sleep(runs < RUNS_USUAL ? PAUSE_MS : PATIENT_PAUSE_MS);
      seen = seen || effect.isSeen(watch.now());
    }
    if (!seen) {
      problems.add("This was without effect: " + sentence);
    }
  }

  /** What an act should bring about. */
  private interface Effect {
    boolean isSeen(Metrics now) throws InterruptedException;
  }

  /** Tells the sums, and gives what does not add up. */
  List<String> end(double paidUsd) throws InterruptedException {
    director.join();
    var last = watch.look();
    watch.close();
    var billed = Billed.read(cast, last, paidUsd);
    out.println();
    storm.print(out);
    billed.print(out);
    problems.addAll(storm.problems());
    problems.addAll(billed.problems());
    last.all(STATE).stream().filter(Chaos::open).map(Chaos::stillOpen).forEach(problems::add);
    return problems;
  }

  private static boolean open(Sample state) {
    return state.value() != 0;
  }

  private static String stillOpen(Sample state) {
    return "The breaker %s is not closed at the end.".formatted(state.label("breaker"));
  }

  @Override
  public void close() {
    director.interrupt();
    watch.close();
  }
}
