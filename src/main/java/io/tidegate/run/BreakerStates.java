package io.tidegate.run;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * What all replicas know together of breakers that are not closed. Every answer may fail with
 * {@link Journal.Unavailable}; a breaker then goes by what its own replica saw.
 */
public interface BreakerStates {

  /**
   * Opens a breaker everywhere, or keeps it open for longer, and takes all its probes back.
   *
   * @param ms how long nobody asks, in milliseconds
   * @return the number of this opening, larger than those of all before it
   */
  Future<Long> open(String name, long ms);

  /**
   * Asks for leave to try whether an open breaker's neighbour is well again.
   *
   * @param max how many probes may be out at a time, over all replicas
   * @param leaseMs after how many milliseconds a probe that tells nothing counts as lost
   */
  Future<Probe> probe(String name, int max, long leaseMs);

  /**
   * A probe went well. The breaker is closed everywhere when enough have.
   *
   * @param needed how many must
   */
  Future<Void> passed(String name, String probe, int needed);

  /** A probe was not used, or says nothing. */
  Future<Void> giveBack(String name, String probe);

  /** What is known of a breaker now. */
  Future<News> look(String name);

  /**
   * Hears of every breaker that opens or closes.
   *
   * @param onGap called when something may have been missed
   * @return ends the hearing
   */
  Runnable hear(Consumer<News> onNews, Runnable onGap);

  /** An answer to who wants to probe. */
  sealed interface Probe {
    /** Go ahead, and name this probe when it is over. */
    record Granted(String id) implements Probe {}

    /** Not now, and hardly before so many milliseconds have passed. */
    record Refused(long waitMs) implements Probe {}

    /** Nobody knows that this breaker is open: its replica may decide alone. */
    record Unknown() implements Probe {}
  }

  /**
   * What became of a breaker.
   *
   * @param opening the number of the opening that this is about, 0 if none is known
   * @param leftMs how long it stays open yet, in milliseconds; -1 if it is closed
   */
  record News(String name, long opening, long leftMs) {
    public boolean closed() {
      return leftMs < 0;
    }
  }
}
