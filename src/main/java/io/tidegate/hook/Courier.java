package io.tidegate.hook;

import io.tidegate.hook.Addressee.Begun;
import io.tidegate.hook.Addressee.Place;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.HookListener.Outcome;
import io.tidegate.run.Outbox.Claim;
import io.tidegate.run.Outbox.Progress;
import io.tidegate.run.SessionId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks through a session's journal for one addressee, from where the last courier stopped, and
 * delivers entry by entry: the next only when this one is dealt with. Used once.
 */
final class Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** How long a claim holds: longer than a delivery and what the store takes for its notes. */
  private static final long CLAIM_MS = 30_000;

  private static final int PAGE_BYTES = 256 << 10;

  /** Deliveries after which others have their turn. */
  private static final int MOST = 32;

  private static final int GONE = 410;

  private final HookShell shell;
  private final Post post;
  private final String claimant;
  private final BooleanSupplier leaving;
  private final SessionId session;
  private final Addressee to;
  private final Promise<Long> promise = Promise.promise();
  private final Map<String, Begun> open = new LinkedHashMap<>();
  private final Queue<Entry> page = new ArrayDeque<>();
  private long seq;
  private int tries;
  private int delivered;
  private boolean fresh;

  /**
   * @param claimant tells it from couriers of other replicas
   * @param leaving whether the replica stops: what fails then is no news about the receiver
   */
  Courier(
      HookShell shell,
      Post post,
      String claimant,
      BooleanSupplier leaving,
      SessionId session,
      Addressee to) {
    this.shell = shell;
    this.post = post;
    this.claimant = claimant;
    this.leaving = leaving;
    this.session = session;
    this.to = to;
  }

  /** Completes with the time at which to look again, in milliseconds since 1970, or 0 for never. */
  Future<Long> run() {
    long now = shell.time().now();
    shell
        .outbox()
        .claim(session, to.id(), claimant, now, now + CLAIM_MS, to.after())
        .onSuccess(this::begin)
        .onFailure(promise::tryFail);
    return promise.future();
  }

  private void begin(Claim claim) {
    switch (claim) {
      case Claim.Nothing() -> promise.complete(0L);
      case Claim.Later(var at) -> promise.complete(at);
      case Claim.Held(var progress, var unknown) -> {
        seq = progress.seq();
        tries = progress.tries();
        fresh = unknown;
        recall(progress.open()).onSuccess(_ -> read()).onFailure(promise::tryFail);
      }
    }
  }

  /** Reads how the runs began that are under way at this place. */
  private Future<?> recall(List<Long> seqs) {
    return Future.all(
        seqs.stream()
            .map(
                at ->
                    shell
                        .journal()
                        .read(session, at - 1, 1)
                        .onSuccess(found -> found.stream().limit(1).forEach(this::remember)))
            .toList());
  }

  private void read() {
    shell
        .journal()
        .read(session, seq, PAGE_BYTES)
        .onSuccess(this::turn)
        .onFailure(promise::tryFail);
  }

  private void turn(List<Entry> entries) {
    if (entries.isEmpty()) {
      leave(0, 0);
      return;
    }
    page.addAll(entries);
    next();
  }

  private void next() {
    while (!page.isEmpty()) {
      var entry = page.element();
      remember(entry);
      var place = to.place(entry, open.get(entry.run()));
      if (place.isPresent() && !isHistory(entry)) {
        tellOrFail(entry, place.get());
        return;
      }
      if (pass(entry)) {
        close();
        return;
      }
    }
    hold(this::read);
  }

  /** Old when the addressee was new: it happened before anybody wanted to hear of it. */
  private boolean isHistory(Entry entry) {
    return fresh && age(entry) >= Retries.NEWS_MS;
  }

  private long age(Entry entry) {
    return shell.time().now() - entry.at();
  }

  private void remember(Entry entry) {
    if (entry.event() instanceof Event.Forked) {
      open.clear();
    }
    var begun = Begun.of(entry);
    if (begun != null && to.asksFor(entry.run())) {
      open.put(entry.run(), begun);
    }
  }

  /** The entry is dealt with; whether there will be nothing after it. */
  private boolean pass(Entry entry) {
    page.remove();
    seq = entry.seq();
    tries = 0;
    if (entry.event() instanceof Event.Stopped) {
      open.remove(entry.run());
    }
    return to.endsWith(entry);
  }

  private void tellOrFail(Entry entry, Place place) {
    try {
      tell(entry, place);
    } catch (RuntimeException bug) {
      LOG.error("webhook {} can't tell entry {} of {}", to.id(), entry.seq(), session, bug);
      promise.tryFail(bug);
    }
  }

  private void tell(Entry entry, Place place) {
    var body = shell.wording().of(session, entry);
    if (body == null) {
      throw new IllegalStateException("webhooks tell of " + entry + ", which nobody may see");
    }
    long start = shell.time().nanos();
    post.send(message(entry, place, body))
        .onSuccess(status -> answered(entry, status, start))
        .onFailure(cause -> failed(entry, String.valueOf(cause.getMessage()), start));
  }

  private Post.Message message(Entry entry, Place place, Buffer body) {
    var id = session + ":" + entry.seq() + ":" + to.id();
    long at = shell.time().now() / 1_000;
    var signature = Signature.with(place.secret()).of(id, at, body.getBytes());
    var headers =
        Map.of(
            "Content-Type",
            "application/json",
            "User-Agent",
            "Tidegate",
            "Webhook-Id",
            id,
            "Webhook-Timestamp",
            Long.toString(at),
            "Webhook-Signature",
            signature);
    return new Post.Message(place.url(), headers, body);
  }

  private void answered(Entry entry, int status, long start) {
    if (status >= 200 && status < 300) {
      heard(Outcome.DELIVERED, start);
      passed(entry);
    } else if (status == GONE) {
      heard(Outcome.CLOSED, start);
      close();
    } else {
      failed(entry, "it answered with status " + status, start);
    }
  }

  private void failed(Entry entry, String why, long start) {
    if (leaving.getAsBoolean()) {
      // The claim runs out, and another replica tries what this one may have broken off.
      promise.tryFail(new IllegalStateException("the gateway is leaving"));
      return;
    }
    tries++;
    if (Retries.over(tries, age(entry))) {
      LOG.warn(
          "webhook {} of session {} is given up at entry {} after {} tries: {}",
          to.id(),
          session,
          entry.seq(),
          tries,
          why);
      heard(Outcome.GIVEN_UP, start);
      passed(entry);
      return;
    }
    LOG.debug("webhook {} of session {} failed: {}", to.id(), session, why);
    heard(Outcome.FAILED, start);
    long due = shell.time().now() + new Retries(shell.ids()).pauseMs(tries);
    leave(due, due);
  }

  private void heard(Outcome outcome, long start) {
    shell.listener().tried(outcome, shell.time().nanos() - start);
  }

  private void passed(Entry entry) {
    delivered++;
    if (pass(entry)) {
      close();
    } else if (delivered >= MOST || leaving.getAsBoolean()) {
      leave(0, shell.time().now());
    } else {
      hold(this::next);
    }
  }

  /** Notes how far it came and goes on, unless somebody else has taken over. */
  private void hold(Runnable then) {
    save(0, shell.time().now() + CLAIM_MS, then);
  }

  private void leave(long due, long again) {
    save(due, 0, () -> promise.tryComplete(again));
  }

  private void save(long due, long until, Runnable then) {
    var progress = new Progress(seq, tries, due, open.values().stream().map(Begun::seq).toList());
    shell
        .outbox()
        .save(session, to.id(), claimant, progress, until)
        .onSuccess(
            ours -> {
              if (ours) {
                then.run();
              } else {
                promise.tryComplete(0L);
              }
            })
        .onFailure(promise::tryFail);
  }

  private void close() {
    shell
        .outbox()
        .close(session, to.id(), claimant)
        .onSuccess(_ -> promise.tryComplete(0L))
        .onFailure(promise::tryFail);
  }
}
