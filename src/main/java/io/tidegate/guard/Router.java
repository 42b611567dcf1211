package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.guard.GuardListener.Reason;
import io.tidegate.loop.Event.Again;
import io.tidegate.loop.Pin.Route;
import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Ids;
import io.tidegate.run.Routing;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask: the first candidate that is well, and after a failure the same once more while that
 * can help, then the next. A target that is to be asked once more is waited for while its keys rest
 * for a few seconds only. It only goes forward through the candidates of a reply, so that it comes
 * to an end.
 */
final class Router implements Routing {
  /** A provider that asks for a longer pause than this is as good as down. */
  private static final long LONGEST_RETRY_AFTER_MS = 60_000;

  /** While there is another target, nobody waits longer than this for one that wants a pause. */
  private static final long SHORT_WAIT_MS = 5_000;

  /** How often a target that wants a pause is asked for one reply if there is no other. */
  private static final int MOST_TRIES = 10;

  /** Retries that a target's questions can save up, and that it begins with. */
  private static final double MOST_RETRIES = 10;

  private final Supplier<GuardSettings> settings;
  private final Breakers breakers;
  private final KeyGates gates;
  private final Conditions conditions;
  private final Time time;
  private final Ids ids;
  private final GuardListener listener;
  private final Map<String, Allowance> retries = new ConcurrentHashMap<>();

  Router(
      Supplier<GuardSettings> settings,
      Breakers breakers,
      KeyGates gates,
      Conditions conditions,
      Time time,
      Ids ids,
      GuardListener listener) {
    this.settings = settings;
    this.breakers = breakers;
    this.gates = gates;
    this.conditions = conditions;
    this.time = time;
    this.ids = ids;
    this.listener = listener;
  }

  @Override
  public Search choose(Question question) {
    var look = new Look(question, left(question));
    look.begin();
    return look;
  }

  /** All candidates for the first attempt; for a later one, those from the preferred target on. */
  private List<Integer> left(Question question) {
    var all = Candidates.of(question, conditions);
    int from = question.attempt() == 1 ? 0 : all.indexOf(question.target());
    return from < 0 ? List.of(question.target()) : all.subList(from, all.size());
  }

  private static List<Target> spares(Route route, List<Integer> left, int found) {
    return left.stream().filter(i -> i != found).map(route.targets()::get).toList();
  }

  private Allowance allowance(Target target) {
    return retries.computeIfAbsent(
        target.name(),
        _ -> new Allowance(settings.get().of(target).retryBudget(), MOST_RETRIES, MOST_RETRIES));
  }

  @Override
  public @Nullable Again after(Question question, ModelFailure failure) {
    var target = question.route().targets().get(question.target());
    var others = Candidates.of(question, conditions);
    int at = others.indexOf(question.target());
    var next = at >= 0 && at + 1 < others.size() ? others.get(at + 1) : null;
    var again = again(question, target, failure, next != null);
    if (again != null) {
      listener.retried(target.name(), failure.kind());
      return again;
    }
    if (next == null) {
      return null;
    }
    listener.fellBack(target.name(), question.route().targets().get(next).name());
    return new Again(next, 0);
  }

  /** The same target once more, or null if that can't help, or helps too little. */
  private @Nullable Again again(
      Question question, Target target, ModelFailure failure, boolean another) {
    if (failure.kind() == Kind.UNAUTHORIZED) {
      return otherKey(question, target);
    }
    var asked = failure.retryAfterMs();
    long pauseMs = pauseMs(target, asked, question.tries());
    long longest = another ? SHORT_WAIT_MS : LONGEST_RETRY_AFTER_MS;
    boolean worthIt = asked == null || asked <= longest;
    if (!failure.kind().retryable() || !worthIt) {
      return null;
    }
    if (failure.kind() == Kind.RATE_LIMITED && anotherKey(target)) {
      return question.tries() < MOST_TRIES ? new Again(question.target(), 0) : null;
    }
    if (failure.kind() == Kind.RATE_LIMITED) {
      return question.tries() < (another ? target.attempts() : MOST_TRIES)
          ? new Again(question.target(), Math.max(pauseMs, gates.of(target).coolingMs()))
          : null;
    }
    return question.tries() < target.attempts() && affords(target)
        ? new Again(question.target(), pauseMs)
        : null;
  }

  private @Nullable Again otherKey(Question question, Target target) {
    int keys = settings.get().keysOf(target).names().size();
    return question.tries() < keys && anotherKey(target) ? new Again(question.target(), 0) : null;
  }

  /** Whether a key is well though the one that was used is not. */
  private boolean anotherKey(Target target) {
    return settings.get().keysOf(target).names().size() > 1 && gates.of(target).coolingMs() == 0;
  }

  private boolean affords(Target target) {
    boolean affords = allowance(target).spend();
    if (!affords) {
      listener.retryRefused(target.name());
    }
    return affords;
  }

  /** Exponential with full jitter; what the provider asked for is the least. */
  private long pauseMs(Target target, @Nullable Long asked, int tries) {
    var pause = target.pause();
    long doubled = pause.firstMs() << Math.clamp(tries - 1, 0, 20);
    long jitter = (long) (ids.fraction() * Math.min(pause.mostMs(), doubled));
    return asked == null ? jitter : asked + jitter;
  }

  /** A look for somebody who can be asked, which waits a while if nobody can. */
  private final class Look implements Search {
    /** Nobody waits longer than this: then the first candidate's own failure says why. */
    private static final long PATIENCE_MS = 60_000;

    /** Where others probe, it is not known when they will be done. */
    private static final long SHORTEST_WAIT_MS = 100;

    private static final long NANOS_PER_MS = 1_000_000;

    private final Question question;
    private final Route route;
    private final List<Integer> candidates;
    private final long from = time.nanos();
    private final Promise<Choice> choice = Promise.promise();
    private Time.@Nullable Timer timer;
    private boolean over;

    Look(Question question, List<Integer> candidates) {
      this.question = question;
      this.route = question.route();
      this.candidates = candidates;
    }

    @Override
    public Future<Choice> choice() {
      return choice.future();
    }

    @Override
    public void cancel() {
      over = true;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }

    void begin() {
      timer = null;
      look(0, -1);
    }

    /**
     * Looks at the candidates from that one on.
     *
     * @param slow the first that is well, but starts slowly and was passed over; -1 if none was
     */
    private void look(int at, int slow) {
      if (at == candidates.size()) {
        nobody(slow);
        return;
      }
      int candidate = candidates.get(at);
      var target = route.targets().get(candidate);
      long coolingMs = gates.of(target).coolingMs();
      if (coolingMs > 0 && worthWaiting(candidate, coolingMs)) {
        again(coolingMs);
      } else if (coolingMs > 0) {
        passOver(target, Reason.COOLING, at, slow);
      } else {
        ask(target, at, slow);
      }
    }

    /**
     * Whoever was refused a moment ago is to be asked again, or it would not be preferred: others
     * may have made its pause a little longer meanwhile. A question that was not put to it yet does
     * not wait for it.
     */
    private boolean worthWaiting(int candidate, long coolingMs) {
      return candidate == question.target()
          && question.tries() > 0
          && passedMs() + coolingMs <= SHORT_WAIT_MS;
    }

    private void ask(Target target, int at, int slow) {
      var breaker = breaker(target);
      var admits = breaker.admits();
      if (admits.isComplete()) {
        judge(target, breaker, admits.result(), at, slow);
      } else {
        admits.onSuccess(yes -> judge(target, breaker, yes, at, slow));
      }
    }

    private void judge(Target target, Breaker breaker, boolean yes, int at, int slow) {
      if (over) {
        return;
      }
      int candidate = candidates.get(at);
      boolean another = at + 1 < candidates.size();
      double share = breaker.share();
      if (!yes) {
        passOver(target, Reason.BREAKER, at, slow);
      } else if (first() && another && share < 1 && ids.fraction() >= share) {
        passOver(target, Reason.SLOW_START, at, slow >= 0 ? slow : candidate);
      } else {
        found(candidate);
      }
    }

    private boolean first() {
      return question.attempt() == 1;
    }

    private void passOver(Target target, Reason why, int at, int slow) {
      listener.passedOver(target.name(), why);
      look(at + 1, slow);
    }

    private void nobody(int slow) {
      long waitMs =
          candidates.stream().mapToLong(i -> waitMs(route.targets().get(i))).min().orElse(0);
      if (slow >= 0) {
        found(slow);
      } else if (passedMs() + waitMs >= PATIENCE_MS) {
        found(candidates.getFirst());
      } else {
        again(Math.max(SHORTEST_WAIT_MS, waitMs));
      }
    }

    private void again(long ms) {
      timer = time.after(ms, this::begin);
    }

    private void found(int target) {
      over = true;
      if (question.tries() == 0) {
        allowance(route.targets().get(target)).earn();
      }
      choice.complete(new Choice(target, spares(route, candidates, target)));
    }

    private long passedMs() {
      return (time.nanos() - from) / NANOS_PER_MS;
    }

    private long waitMs(Target target) {
      return Math.max(gates.of(target).coolingMs(), breaker(target).waitMs());
    }

    private Breaker breaker(Target target) {
      return breakers.of(target, settings.get().of(target));
    }
  }
}
