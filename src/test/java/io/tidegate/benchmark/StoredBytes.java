package io.tidegate.benchmark;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.function.Predicate;

/** Counts the bytes of what Redis holds of a session: names of fields and values, no overhead. */
final class StoredBytes implements AutoCloseable {
  private final Redis redis;

  StoredBytes(Vertx vertx, String url) {
    this.redis = Redis.createClient(vertx, url);
  }

  /** The journal and its blobs. */
  long journal(String session) {
    return bytes(session, key -> !key.endsWith(":snapshot"));
  }

  long snapshot(String session) {
    return bytes(session, key -> key.endsWith(":snapshot"));
  }

  private long bytes(String session, Predicate<String> wanted) {
    long all = 0;
    for (var key : ask(Request.cmd(Command.KEYS).arg("tg:{*:" + session + "}:*"))) {
      if (wanted.test(key.toString())) {
        all += value(key.toString());
      }
    }
    return all;
  }

  private long value(String key) {
    return switch (ask(Request.cmd(Command.TYPE).arg(key)).toString()) {
      case "stream" -> length(ask(Request.cmd(Command.XRANGE).arg(key).arg("-").arg("+")));
      case "hash" -> length(ask(Request.cmd(Command.HGETALL).arg(key)));
      case "set" -> length(ask(Request.cmd(Command.SMEMBERS).arg(key)));
      case "zset" -> length(ask(Request.cmd(Command.ZRANGE).arg(key).arg(0).arg(-1)));
      default -> ask(Request.cmd(Command.STRLEN).arg(key)).toLong();
    };
  }

  private static long length(Response response) {
    if (response.type() != ResponseType.MULTI) {
      return response.toString().length();
    }
    long all = 0;
    for (var part : response) {
      all += length(part);
    }
    return all;
  }

  private Response ask(Request request) {
    return redis.send(request).toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public void close() {
    redis.close();
  }
}
