package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.run.Quotas.Level;
import io.tidegate.run.Quotas.Rates;
import io.tidegate.run.Quotas.Told;
import org.jspecify.annotations.Nullable;

/**
 * One of a provider's keys, for one model: how it fares. After it was refused it cools, and then it
 * is used by one question at first, by twice as many after each that went well. Guarded by the
 * monitor of its gate. All times are of a clock in milliseconds that never goes back.
 */
final class ProviderKey {
  private static final long FIRST_COOLING_MS = 1_000;
  private static final long MOST_COOLING_MS = 60_000;
  private static final int MOST_STRIKES = 6;

  /** Wider than this is no limit. */
  private static final int WIDE_OPEN = 4_096;

  /** How long the limits that a provider named are believed. */
  private static final long BELIEVED_MS = 120_000;

  /** Of every provider's limits, unless they are told as well below this, nobody is counted. */
  private static final double PLENTY = 0.5;

  /** What is told within this time of the last is not passed on, while there is plenty. */
  private static final long LEARN_MS = 500;

  private final int index;
  private final String account;
  private final String quota;
  private final Rates rates;
  private int inFlight;
  private int window = WIDE_OPEN;
  private int strikes;
  private long refusedAt = Long.MIN_VALUE;
  private long coolUntil = Long.MIN_VALUE;
  private Kind why = Kind.RATE_LIMITED;
  private long waitUntil = Long.MIN_VALUE;
  private long countedUntil = Long.MIN_VALUE;
  private long learnt = Long.MIN_VALUE;

  /**
   * @param account what all models of the key share
   * @param quota what this model has alone
   */
  ProviderKey(int index, String account, String quota, Rates rates) {
    this.index = index;
    this.account = account;
    this.quota = quota;
    this.rates = rates;
  }

  int index() {
    return index;
  }

  String account() {
    return account;
  }

  String quota() {
    return quota;
  }

  Rates rates() {
    return rates;
  }

  int inFlight() {
    return inFlight;
  }

  /** Whether its questions must be counted before they are put. */
  boolean counted(long now) {
    return rates.any() || now < countedUntil;
  }

  boolean usable(long now) {
    boolean room = window == WIDE_OPEN || inFlight < window;
    return room && now >= coolUntil && now >= waitUntil;
  }

  /** When it surely can't be used before, but for questions that come back. */
  long next() {
    return Math.max(coolUntil, waitUntil);
  }

  long coolingMs(long now) {
    return now >= coolUntil ? 0 : coolUntil - now;
  }

  Kind why() {
    return why;
  }

  void taken() {
    inFlight++;
  }

  void back() {
    inFlight--;
  }

  void waitUntil(long time) {
    waitUntil = time;
  }

  /** A question that was put then went well; what came before a refusal says nothing of now. */
  void wentWell(long put) {
    if (put < refusedAt) {
      return;
    }
    strikes = 0;
    window = Math.min(WIDE_OPEN, window * 2);
  }

  /** It was refused; the answer is for how long it cools, in milliseconds. */
  long refused(@Nullable Long asked, double fraction, long now) {
    boolean fresh = now >= coolUntil;
    strikes = fresh ? Math.min(strikes + 1, MOST_STRIKES) : strikes;
    window = 1;
    refusedAt = now;
    long ownMs = FIRST_COOLING_MS << Math.max(0, strikes - 1);
    long ms = asked != null ? asked : Math.min(MOST_COOLING_MS, ownMs);
    return Math.max(1, ms + (long) (fraction * ms / 10));
  }

  void cool(Kind kind, long ms, long now) {
    if (now + ms > coolUntil) {
      coolUntil = now + ms;
      why = kind;
    }
  }

  /** Says whether what was told is worth passing on. */
  boolean learn(Told told, long now) {
    boolean plenty = plenty(told.requests()) && plenty(told.tokens());
    if (!plenty) {
      countedUntil = now + BELIEVED_MS;
    }
    boolean worthIt = told.any() && counted(now) && (!plenty || now - LEARN_MS >= learnt);
    learnt = worthIt ? now : learnt;
    return worthIt;
  }

  private static boolean plenty(Level level) {
    return !level.known() || level.left() >= level.most() * PLENTY;
  }
}
