package io.tidegate.session;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions' records: the truth that hints are held against. */
final class Records {
  private final RedisPipes pipes;

  Records(RedisPipes pipes) {
    this.pipes = pipes;
  }

  /** The record, or null if there is none. */
  Future<@Nullable Record> find(SessionId session) {
    return meta(session).map(meta -> meta.record(session));
  }

  /** What is stored about each of the sessions, in their order. */
  Future<Map<SessionId, Meta>> all(List<SessionId> sessions) {
    var metas = sessions.stream().map(this::meta).toList();
    return Future.all(metas).map(all -> byId(sessions, all.list()));
  }

  /** The heads of those of the sessions that are there. */
  Future<Map<SessionId, Long>> heads(List<SessionId> sessions) {
    return Future.all(sessions.stream().map(this::head).toList())
        .map(
            all -> {
              var heads = new LinkedHashMap<SessionId, Long>();
              for (int i = 0; i < sessions.size(); i++) {
                Response head = all.resultAt(i);
                if (head != null) {
                  heads.put(sessions.get(i), head.toLong());
                }
              }
              return heads;
            });
  }

  private Future<@Nullable Response> head(SessionId session) {
    var get = Request.cmd(Command.HGET).arg(new Keys(session).meta()).arg(Meta.HEAD);
    return pipes.send(session.root(), get);
  }

  private static Map<SessionId, Meta> byId(List<SessionId> sessions, List<Meta> metas) {
    var byId = new LinkedHashMap<SessionId, Meta>();
    for (int i = 0; i < sessions.size(); i++) {
      byId.put(sessions.get(i), metas.get(i));
    }
    return byId;
  }

  private Future<Meta> meta(SessionId session) {
    var get = Request.cmd(Command.HGETALL).arg(new Keys(session).meta());
    return pipes.send(session.root(), get).map(Meta::of);
  }
}
