package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.Decoding;
import io.tidegate.session.codec.EntryCodec;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads logs: ranges of entries, then the blobs that they refer to, each once and all at once. */
final class LogReader {
  private static final int FIRST_COUNT = 64;
  private static final int LARGEST_COUNT = 1_024;

  private final RedisPipes pipes;
  private final EntryCodec codec;

  LogReader(RedisPipes pipes, EntryCodec codec) {
    this.pipes = pipes;
    this.codec = codec;
  }

  Future<List<Entry>> read(SessionId session, long after, int maxBytes) {
    var page = new Page(new Keys(session), codec.decoding(), maxBytes);
    return gather(page, after, FIRST_COUNT)
        .compose(_ -> blobs(page))
        .map(blobs -> page.decoding().finish(blobs));
  }

  /** What is read of a log, and what it may come to. */
  private record Page(Keys keys, Decoding decoding, int maxBytes) {
    String route() {
      return keys.session().root();
    }
  }

  private Future<Void> gather(Page page, long after, int count) {
    return pipes
        .send(page.route(), range(page.keys(), after, count))
        .compose(entries -> take(page, entries, after, count));
  }

  private static Request range(Keys keys, long after, int count) {
    return Request.cmd(Command.XRANGE)
        .arg(keys.log())
        .arg((after + 1) + "-0")
        .arg("+")
        .arg("COUNT")
        .arg(count);
  }

  private Future<Void> take(Page page, @Nullable Response entries, long after, int count) {
    long last = after;
    for (int i = 0; entries != null && i < entries.size(); i++) {
      var entry = entries.get(i);
      long seq = seq(entry.get(0).toString());
      if (!page.decoding().add(seq, entry.get(1).get(1).toString(), page.maxBytes())) {
        return Future.succeededFuture();
      }
      last = seq;
    }
    return last == after + count
        ? gather(page, last, Math.min(2 * count, LARGEST_COUNT))
        : Future.succeededFuture();
  }

  private static long seq(String id) {
    return Long.parseLong(id, 0, id.indexOf('-'), 10);
  }

  private Future<Map<String, byte[]>> blobs(Page page) {
    var digests = List.copyOf(page.decoding().wanted());
    var gets = digests.stream().map(digest -> blob(page, digest)).toList();
    return Future.all(gets).map(all -> byDigest(digests, all.list()));
  }

  private Future<@Nullable Response> blob(Page page, String digest) {
    return pipes.send(page.route(), Request.cmd(Command.GET).arg(page.keys().blob(digest)));
  }

  private static Map<String, byte[]> byDigest(
      List<String> digests, List<@Nullable Response> answers) {
    var blobs = new HashMap<String, byte[]>();
    for (int i = 0; i < digests.size(); i++) {
      var answer = answers.get(i);
      if (answer != null) {
        blobs.put(digests.get(i), answer.toBytes());
      }
    }
    return blobs;
  }
}
