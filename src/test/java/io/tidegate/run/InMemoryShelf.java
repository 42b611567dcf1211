package io.tidegate.run;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Retention.Page;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions in the order in which they were made; pages of two. */
final class InMemoryShelf implements Retention.Store {
  final Map<SessionId, Record> sessions = new LinkedHashMap<>();
  final Map<SessionId, Long> alarms = new LinkedHashMap<>();
  final List<String> asked = new ArrayList<>();
  @Nullable Promise<Boolean> lead;
  boolean leads = true;

  @Override
  public Future<Boolean> lead(String replica, long ms) {
    asked.add(replica);
    return lead == null ? Future.succeededFuture(leads) : lead.future();
  }

  @Override
  public Future<Page> oldest(@Nullable String place, long madeBefore, int limit) {
    var made = sessions.values().stream().filter(each -> each.createdAt() < madeBefore).toList();
    var ids = made.stream().map(each -> each.id().id()).toList();
    int from =
        place == null ? 0 : (int) ids.stream().filter(id -> id.compareTo(place) <= 0).count();
    int to = Math.min(made.size(), from + 2);
    var next = to < made.size() ? ids.get(to - 1) : null;
    return Future.succeededFuture(new Page(made.subList(from, to), next));
  }

  @Override
  public Future<Void> alarm(SessionId session, long at) {
    alarms.put(session, at);
    return Future.succeededFuture();
  }

  @Override
  public Future<Boolean> delete(SessionId session, long head) {
    boolean holds = sessions.containsKey(session) && sessions.get(session).head() == head;
    if (holds) {
      sessions.remove(session);
    }
    return Future.succeededFuture(holds);
  }
}
