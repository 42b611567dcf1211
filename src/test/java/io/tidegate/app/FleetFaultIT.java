package io.tidegate.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Three gateways with many runs in flight, and what becomes of them when gateways are killed, stand
 * still or are told to end, and when Redis does. {@code -Dfleet.runs=} says how many runs.
 */
class FleetFaultIT {
  private static final int RUNS = Integer.getInteger("fleet.runs", 300);
  private static final int FEWER = Math.max(1, RUNS / 5);
  private static final int TURNS = Integer.getInteger("fleet.turns", 3);
  private static final int WATCHED = 8;
  private static Fleet fleet;

  private final Random random = Seed.random();

  @BeforeAll
  static void start() {
    fleet = Fleet.open(3);
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  @Test
  void replicasThatAreKilledStoppedAndDrainedLoseNothingAndDoNothingTwice() {
    var crowd = Crowd.signed(fleet, random, RUNS, TURNS);
    crowd.askAll();
    var clients = clients(crowd);
    long killedAt = System.currentTimeMillis();
    fleet.kill(0);
    fleet.launch(0);
    fleet.stop(1);
    Lapse.of(5 * Fleet.LEASE_MS / 2);
    fleet.cont(1);
    fleet.awaitServing(0);
    fleet.drain(2);
    fleet.start(2);
    int unknown = crowd.settle();
    var resumed = crowd.resumptions().stream().mapToLong(at -> at - killedAt).sorted().toArray();
    System.out.printf(
        "%d runs: %d times taken up, first %d ms and last %d ms after the kill; %d unknown"
            + " writes%n",
        RUNS,
        resumed.length,
        resumed.length == 0 ? 0 : resumed[0],
        resumed.length == 0 ? 0 : resumed[resumed.length - 1],
        unknown);
    crowd.check();
    clients.forEach(Hopper::check);
  }

  @Test
  void redisThatIsKilledAndStartedAgainHasAllThatItHad() {
    var crowd = Crowd.signed(fleet, random, FEWER, TURNS);
    crowd.askAll();
    var clients = clients(crowd);
    fleet.restartRedis();
    settle(crowd, clients);
  }

  @Test
  void redisThatStandsStillForLongerThanTheLeaseCostsNothing() {
    var crowd = Crowd.signed(fleet, random, FEWER, TURNS);
    crowd.askAll();
    var clients = clients(crowd);
    fleet.pauseRedis();
    try {
      Lapse.of(5 * Fleet.LEASE_MS / 2);
    } finally {
      fleet.resumeRedis();
    }
    settle(crowd, clients);
  }

  @Test
  void replicaThatIsCutOffForLongerThanTheLeaseGivesUpAndComesBack() {
    var crowd = Crowd.signed(fleet, random, FEWER, TURNS);
    crowd.askAll();
    var clients = clients(crowd);
    fleet.wire(1).freeze();
    fleet.wire(2).delay(20);
    fleet.wire(0).cut();
    Lapse.of(5 * Fleet.LEASE_MS / 2);
    fleet.wire(2).mend();
    fleet.wire(1).thaw();
    settle(crowd, clients);
  }

  private static void settle(Crowd crowd, List<Hopper> clients) {
    System.out.println(crowd.settle() + " unknown writes");
    crowd.check();
    clients.forEach(Hopper::check);
  }

  private List<Hopper> clients(Crowd crowd) {
    var clients = new ArrayList<Hopper>();
    crowd.sessions().stream()
        .sorted()
        .limit(WATCHED)
        .forEach(s -> clients.add(new Hopper(fleet, s, 700, new Random(random.nextInt()))));
    return clients;
  }
}
