package io.tidegate.run;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * How much may be asked of providers, counted for all replicas together. A quota's name says whose
 * it is: a provider, one of its keys, and a model. Every answer may fail with {@link
 * Journal.Unavailable}; each replica then counts alone.
 */
public interface Quotas {

  /**
   * Takes a request and its tokens.
   *
   * @return 0 if they were taken, or after how many milliseconds to ask again
   */
  Future<Long> take(String quota, Rates rates, long tokens);

  /** So many more tokens were used than were taken; a negative number gives back. */
  Future<Void> correct(String quota, long tokens);

  /** The provider said how much is left. */
  Future<Void> learn(String quota, Told told);

  /** Nobody uses it for so many milliseconds. */
  Future<Void> cool(String quota, long ms);

  /**
   * Hears of quotas that are not to be used for a while.
   *
   * @return ends the hearing
   */
  Runnable hear(Consumer<Cooled> onCooled);

  /** A quota that is not to be used for so many milliseconds. */
  record Cooled(String quota, long ms) {}

  /** The most in a minute; 0 for no limit. */
  record Rates(long requests, long tokens) {
    public static final Rates NONE = new Rates(0, 0);

    public boolean any() {
      return requests > 0 || tokens > 0;
    }
  }

  /**
   * What an answer's headers said of the limits it counts against.
   *
   * @param requests of requests, or unknown
   * @param tokens of tokens, or unknown
   */
  record Told(Level requests, Level tokens) {
    public static final Told NOTHING = new Told(Level.UNKNOWN, Level.UNKNOWN);

    public boolean any() {
      return requests.known() || tokens.known();
    }
  }

  /**
   * How full a bucket is.
   *
   * @param most what it holds when full, or -1 if unknown
   * @param left what is in it
   * @param fullInMs after how many milliseconds it is full again
   */
  record Level(long most, long left, long fullInMs) {
    public static final Level UNKNOWN = new Level(-1, 0, 0);
    private static final double MINUTE_MS = 60_000;

    public boolean known() {
      return most > 0;
    }

    /**
     * What flows in, in a millisecond. Where the provider does not say it, it fills in a minute.
     */
    public double perMs() {
      return fullInMs > 0 && left < most ? (double) (most - left) / fullInMs : most / MINUTE_MS;
    }
  }
}
