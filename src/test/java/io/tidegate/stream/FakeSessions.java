package io.tidegate.stream;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Sessions that can be followed; the test says what happens in them. */
final class FakeSessions implements Sessions {
  private final Executor runContext;
  private final List<RunListener> followers = new CopyOnWriteArrayList<>();
  volatile @Nullable Partial partial;
  volatile @Nullable List<Entry> recent;

  FakeSessions(Executor runContext) {
    this.runContext = runContext;
  }

  List<RunListener> followers() {
    return List.copyOf(followers);
  }

  @Override
  public Following follow(SessionId session, RunListener listener) {
    followers.add(listener);
    return () -> followers.remove(listener);
  }

  @Override
  public Future<@Nullable List<Entry>> recent(SessionId session, long after) {
    return Future.succeededFuture(recent);
  }

  @Override
  public Future<@Nullable Partial> partial(SessionId session) {
    var promise = Promise.<@Nullable Partial>promise();
    runContext.execute(() -> promise.complete(partial));
    return promise.future();
  }

  @Override
  public Future<Started> start(Start start) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<SessionId> create(
      String tenant,
      @Nullable String id,
      String agent,
      @Nullable Json state,
      Json metadata,
      String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<View> view(SessionId session, long at) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<RunView> run(SessionId session, String run) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> cancel(SessionId session, String run, String detail, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> resume(
      SessionId session,
      String run,
      Limits.Change limits,
      @Nullable Json state,
      String note,
      String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Corrected> patchState(SessionId session, Json patch, long expected, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> decide(SessionId session, String call, Decision decision) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> answer(SessionId session, String call, Json answer, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> settle(
      SessionId session,
      String call,
      Event.Resolution resolution,
      @Nullable Json result,
      String note,
      String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<SessionId> fork(SessionId session, long at, String by) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> delete(SessionId session) {
    throw new UnsupportedOperationException();
  }
}
