package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A round of random faults of every kind on a fleet at work: each gateway has a tormentor of its
 * own, and so has Redis. Meanwhile runs are asked for, people decide, and clients follow. When the
 * round is over all is mended and let run to its end; then everything must be accounted for.
 *
 * <p>The seed decides what is done to whom and for how long; what that meets is up to the machine.
 *
 * <p>By hand: {@code Chaos SECONDS [SEED]} goes on, in rounds of a minute, for that long.
 */
final class Chaos {
  private static final int GATEWAYS = 3;
  private static final int RUNS_AT_ONCE = 20;
  private static final int RUNS_A_MINUTE = 400;
  private static final int TURNS = 3;
  private static final int ROUND_SECONDS = 60;

  private final Fleet fleet;
  private final Set<String> before;
  private final long seed;
  private final long endNanos;
  private final List<Crowd> crowds = new CopyOnWriteArrayList<>();
  private final List<Hopper> clients = new CopyOnWriteArrayList<>();
  private final List<Throwable> wrong = new CopyOnWriteArrayList<>();

  Chaos(Fleet fleet, long seed, long seconds) {
    this.fleet = fleet;
    this.before = Crowd.listed(fleet);
    this.seed = seed;
    this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  public static void main(String[] args) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[0]));
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() & 0xffff;
    for (; System.nanoTime() < end; seed++) {
      try (var fleet = Fleet.open(GATEWAYS)) {
        new Chaos(fleet, seed, ROUND_SECONDS).play();
      }
    }
    System.exit(0);
  }

  /** Plays the round; fails with what went wrong. */
  void play() {
    System.out.println("seed " + seed);
    var players = new ArrayList<Thread>();
    for (int i = 0; i < fleet.size(); i++) {
      int victim = i;
      players.add(player(random -> torment(victim, random), i));
    }
    players.add(player(this::tormentRedis, fleet.size()));
    players.add(player(this::ask, fleet.size() + 1));
    players.add(player(this::decide, fleet.size() + 2));
    players.forEach(Chaos::join);
    assertThat(wrong).isEmpty();
    settle();
  }

  /** Something that is done again and again until the round is over. */
  private interface Act {
    void once(Random random);
  }

  private Thread player(Act act, int nth) {
    var random = new Random(seed * 31 + nth);
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (!over()) {
                  act.once(random);
                }
              } catch (RuntimeException | AssertionError e) {
                wrong.add(e);
              }
            });
  }

  private boolean over() {
    return System.nanoTime() - endNanos >= 0;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void torment(int victim, Random random) {
    Lapse.of(random.nextInt(4_000));
    var wire = fleet.wire(victim);
    switch (random.nextInt(8)) {
      case 0 -> {
        fleet.kill(victim);
        revive(victim);
      }
      case 1 -> {
        var moment = Wire.Moment.values()[random.nextInt(Wire.Moment.values().length)];
        fleet.killAtAppend(victim, 1 + random.nextInt(30), moment);
        Lapse.of(1_000);
        if (fleet.alive(victim)) {
          fleet.kill(victim);
        }
        revive(victim);
      }
      case 2 -> {
        fleet.drain(victim);
        revive(victim);
      }
      case 3, 4 -> {
        fleet.stop(victim);
        Lapse.of(100 + random.nextInt(3 * (int) Fleet.LEASE_MS));
        fleet.cont(victim);
      }
      case 5 -> {
        wire.freeze();
        Lapse.of(100 + random.nextInt(3 * (int) Fleet.LEASE_MS));
        wire.thaw();
      }
      case 6 -> {
        wire.delay(1 + random.nextInt(150));
        Lapse.of(random.nextInt(2_000));
        wire.delay(0);
      }
      default -> wire.cut();
    }
  }

  private void tormentRedis(Random random) {
    Lapse.of(3_000 + random.nextInt(6_000));
    if (random.nextInt(3) == 0) {
      fleet.restartRedis();
    } else {
      fleet.pauseRedis();
      Lapse.of(100 + random.nextInt(3 * (int) Fleet.LEASE_MS));
      fleet.resumeRedis();
    }
  }

  /** A gateway whose Redis is away does not start; whoever runs it starts it again. */
  private void revive(int victim) {
    Site.until("gateway " + victim + " starts", () -> fleet.started(victim));
  }

  private void ask(Random random) {
    var crowd = Crowd.among(fleet, random, RUNS_AT_ONCE, TURNS);
    crowds.add(crowd);
    crowd.ask();
    crowd.sessions().stream().sorted().limit(1).forEach(session -> follow(session, random));
    Lapse.of(TimeUnit.MINUTES.toMillis(1) * RUNS_AT_ONCE / RUNS_A_MINUTE);
  }

  private void follow(String session, Random random) {
    clients.add(new Hopper(fleet, session, 200, new Random(random.nextInt())));
  }

  private void decide(Random random) {
    Lapse.of(random.nextInt(500));
    try {
      var inbox = fleet.client().get("/v1/approvals?status=pending&limit=50");
      if (inbox.status() == 200) {
        inbox.body().get("items").forEach(this::approve);
      }
    } catch (UncheckedIOException _) {
      // The gateway that was asked is gone or stands still: what remains is decided later.
    }
  }

  private void approve(JsonNode item) {
    var session = "/v1/sessions/" + item.get("session").asText();
    var path = session + "/approvals/" + item.get("call").asText();
    fleet.client().post(path, "{\"decision\": \"approve\"}");
  }

  private void settle() {
    for (int i = 0; i < fleet.size(); i++) {
      fleet.wire(i).mend();
    }
    fleet.startAll();
    int unknown = 0;
    long takenUp = 0;
    for (var crowd : crowds) {
      crowd.askAll();
      unknown += crowd.settle();
    }
    var sessions = new HashSet<>(before);
    for (var crowd : crowds) {
      crowd.checkEach();
      sessions.addAll(crowd.sessions());
      takenUp += crowd.resumptions().size();
    }
    assertThat(Crowd.listed(fleet)).containsExactlyInAnyOrderElementsOf(sessions);
    clients.forEach(Hopper::check);
    System.out.printf(
        "%d runs, %d times taken up, %d unknown writes, %d clients that hopped %d times%n",
        crowds.size() * RUNS_AT_ONCE,
        takenUp,
        unknown,
        clients.size(),
        clients.stream().mapToInt(Hopper::hops).sum());
  }
}
