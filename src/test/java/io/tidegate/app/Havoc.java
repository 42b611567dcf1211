package io.tidegate.app;

import java.util.Random;

/**
 * Kills a gateway at random moments of random work, for use by hand.
 *
 * <p>Arguments: how many rounds, how many runs in each, and the seed of the first round.
 */
final class Havoc {
  private Havoc() {}

  public static void main(String[] args) throws InterruptedException {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int runs = args.length > 1 ? Integer.parseInt(args[1]) : 200;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime() & 0xffff;
    for (long round = seed; round < seed + rounds; round++) {
      System.out.println("seed " + round);
      var random = new Random(round);
      try (var site = Site.open()) {
        KillFaultIT.killDuringWork(site, random, runs, 1 + random.nextInt(runs));
      }
      try (var site = Site.open()) {
        KillFaultIT.killOneRun(site, random, 8);
      }
    }
    System.exit(0);
  }
}
