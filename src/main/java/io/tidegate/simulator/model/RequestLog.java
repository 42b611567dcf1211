package io.tidegate.simulator.model;

import io.tidegate.simulator.scenario.Conversation;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The latest requests to models, for tests to look at. Shared by all event loops, so it locks. */
public final class RequestLog {
  private static final int REQUESTS_MAX = 256;
  private static final int BODY_BYTES_MAX = 32 * 1024;

  private final Deque<Entry> latest = new ArrayDeque<>();
  private long count;

  /** Writes a request down, and gives it its number. */
  synchronized long add(RoutingContext ctx, Conversation conversation) {
    if (latest.size() == REQUESTS_MAX) {
      latest.removeFirst();
    }
    var body = ctx.body().buffer();
    var kept = body.length() > BODY_BYTES_MAX ? Buffer.buffer() : body;
    latest.addLast(
        new Entry(++count, ctx.request().path(), conversation.model(), conversation.turn(), kept));
    return count;
  }

  synchronized void clear() {
    latest.clear();
    count = 0;
  }

  /** The count of all requests, and the latest of them, oldest first. */
  synchronized Map<String, Object> shown() {
    List<Map<String, Object>> items = latest.stream().map(Entry::shown).toList();
    return Jsons.object("count", count, "items", items);
  }

  private record Entry(long number, String path, String model, int turn, Buffer body) {
    Map<String, Object> shown() {
      return Jsons.object(
          "number", number,
          "path", path,
          "model", model,
          "turn", turn,
          "body", Jsons.valueOrText(body.toString()));
    }
  }
}
