package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.loop.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Tools that answer at once what the script says, or when the test says so. It sees to it that no
 * call comes before the journal knows of it.
 */
final class FakeToolbox implements Toolbox {
  private final WatchedJournal journal;
  private volatile Function<Invocation, Returned> script = _ -> null;
  private final List<String> wrongs = new CopyOnWriteArrayList<>();
  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> concurrency = new ConcurrentHashMap<>();
  private final Set<String> changed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();

  FakeToolbox(WatchedJournal journal) {
    this.journal = journal;
  }

  /** A call that was sent, and the way to answer it. */
  final class Sent implements Execution {
    final Invocation invocation;
    private final Promise<Returned> promise = Promise.promise();
    volatile boolean cancelled;

    private Sent(Invocation invocation) {
      this.invocation = invocation;
    }

    void answer(Returned returned) {
      if (promise.tryComplete(returned)) {
        underWay.decrementAndGet();
      }
    }

    void succeed() {
      answer(FakeToolbox.succeeded(invocation));
    }

    @Override
    public Future<Returned> result() {
      return promise.future();
    }

    @Override
    public void cancel() {
      cancelled = true;
      answer(new Returned(Outcome.CANCELLED, Json.NULL, 1));
    }
  }

  static Returned succeeded(Invocation invocation) {
    return new Returned(
        Outcome.SUCCEEDED, new Json("{\"of\":\"" + invocation.contract().name() + "\"}"), 1);
  }

  FakeToolbox answers(Function<Invocation, Returned> how) {
    script = how;
    return this;
  }

  FakeToolbox concurrency(String tool, int limit) {
    concurrency.put(tool, limit);
    return this;
  }

  @Override
  public Check check(Contract contract, String arguments) {
    return arguments.contains("\"bad\"")
        ? new Check.Invalid("It is bad.")
        : new Check.Valid(new Json(arguments), "digest " + arguments);
  }

  @Override
  public boolean changed(Contract pinned) {
    return changed.contains(pinned.name());
  }

  /** Another version of the tool is deployed. */
  FakeToolbox change(String tool) {
    changed.add(tool);
    return this;
  }

  @Override
  public Question question(Json args) {
    return new Question("Which of " + args + "?", new Json("{\"type\":\"integer\"}"));
  }

  @Override
  public Execution start(Invocation invocation) {
    if (!journal.announced(invocation)) {
      wrongs.add("the journal does not know of " + invocation);
    }
    var execution = new Sent(invocation);
    sent.add(execution);
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    var returned = script.apply(invocation);
    if (returned != null) {
      execution.answer(returned);
    }
    return execution;
  }

  @Override
  public int concurrency(String tool) {
    return concurrency.getOrDefault(tool, 1_000);
  }

  List<Sent> sent() {
    return sent;
  }

  Sent sent(String call) {
    return sent.reversed().stream()
        .filter(it -> it.invocation.call().endsWith("-" + call))
        .findFirst()
        .orElseThrow(() -> new AssertionError(call + " was not sent"));
  }

  /** What was wrong with calls that were sent. */
  List<String> wrongs() {
    return wrongs;
  }

  int mostUnderWay() {
    return mostUnderWay.get();
  }
}
