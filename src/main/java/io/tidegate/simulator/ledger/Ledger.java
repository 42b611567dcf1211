package io.tidegate.simulator.ledger;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A ledger of entries. It writes every request to its file before it looks at it, so what it knows
 * follows from the file, also after a restart. Requests that come while it writes are written
 * together. It lives on one context; its methods may be called from any.
 */
public final class Ledger implements Posting {
  private static final int WAITING_MAX = 10_000;
  private static final int REQUESTS_MAX = 1_000_000;
  private static final int SHOWN_MAX = 10_000;

  private final Context context;
  private final Books books = new Books();
  private final Deque<LedgerRequest> latest = new ArrayDeque<>();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private @Nullable LedgerFile file;
  private long numbered;
  private boolean writing;

  private record Waiting(LedgerRequest request, Promise<LedgerAnswer> promise) {}

  private Ledger(Context context) {
    this.context = context;
  }

  /** Opens the ledger; without a file it forgets all when it ends. */
  public static Future<Ledger> open(Vertx vertx, @Nullable Path path) {
    var ledger = new Ledger(vertx.getOrCreateContext());
    if (path == null) {
      return Future.succeededFuture(ledger);
    }
    return LedgerFile.open(vertx, path, ledger::replay).map(ledger::writingTo);
  }

  private void replay(LedgerRequest request) {
    numbered = request.number();
    look(request);
  }

  private Ledger writingTo(LedgerFile opened) {
    file = opened;
    return this;
  }

  @Override
  public Future<LedgerAnswer> post(@Nullable String key, String body) {
    return on(() -> accept(key, body)).compose(answer -> answer);
  }

  private Future<LedgerAnswer> accept(@Nullable String key, String body) {
    if (waiting.size() >= WAITING_MAX || numbered >= REQUESTS_MAX) {
      return Future.succeededFuture(
          new LedgerAnswer(
              503, "{\"error\":\"The ledger is full; start it with a new file.\"}", false));
    }
    var request = new LedgerRequest(++numbered, System.currentTimeMillis(), key, body);
    var promise = Promise.<LedgerAnswer>promise();
    waiting.add(new Waiting(request, promise));
    if (!writing) {
      write();
    }
    return promise.future();
  }

  private void write() {
    var batch = new ArrayList<Waiting>(waiting);
    waiting.clear();
    writing = !batch.isEmpty();
    if (writing) {
      var requests = batch.stream().map(Waiting::request).toList();
      appended(requests)
          .onComplete(
              written -> {
                answer(batch, written.cause());
                write();
              });
    }
  }

  private Future<Void> appended(List<LedgerRequest> requests) {
    return file == null ? Future.succeededFuture() : file.append(requests);
  }

  private void answer(List<Waiting> batch, @Nullable Throwable failure) {
    for (var one : batch) {
      if (failure == null) {
        one.promise.complete(look(one.request));
      } else {
        one.promise.fail(failure);
      }
    }
  }

  private LedgerAnswer look(LedgerRequest request) {
    if (latest.size() == SHOWN_MAX) {
      latest.removeFirst();
    }
    latest.addLast(request);
    return books.apply(request);
  }

  public Future<Map<String, Object>> summary() {
    return on(books::summary);
  }

  public Future<Map<String, Object>> entries(int after, int limit) {
    return on(() -> books.page(after, limit));
  }

  /** How often each invoice was posted. */
  public Future<Map<String, Integer>> invoices() {
    return on(() -> Map.copyOf(books.postingsByInvoice()));
  }

  /** The latest requests, of those after a number; the file has them all. */
  public Future<List<Object>> requests(long after, int limit) {
    return on(
        () ->
            latest.stream()
                .filter(request -> request.number() > after)
                .limit(limit)
                .map(LedgerRequest::shown)
                .toList());
  }

  public Future<Void> close() {
    return on(() -> file == null ? Future.<Void>succeededFuture() : file.close())
        .compose(closed -> closed);
  }

  private <T> Future<T> on(Supplier<T> task) {
    var promise = Promise.<T>promise();
    context.runOnContext(
        here -> {
          try {
            promise.complete(task.get());
          } catch (RuntimeException e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
