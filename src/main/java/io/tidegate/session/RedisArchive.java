package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.run.Archive;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.Decoding;
import io.tidegate.session.codec.EntryCodec;
import io.tidegate.session.codec.EntryCodec.Encoded;
import io.tidegate.session.codec.FormatException;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sessions as they are stored, out of Redis and into it. */
final class RedisArchive implements Archive {
  private static final int PAGE = 64;
  private static final int MOST_AT_ONCE = 200;
  private static final long BYTES_AT_ONCE = 512 << 10;

  private final Vertx vertx;
  private final RedisPipes pipes;
  private final EntryCodec codec;
  private final TenantIndex index;
  private final Deletion deletion;

  RedisArchive(
      Vertx vertx, RedisPipes pipes, EntryCodec codec, TenantIndex index, Deletion deletion) {
    this.vertx = vertx;
    this.pipes = pipes;
    this.codec = codec;
    this.index = index;
    this.deletion = deletion;
  }

  @Override
  public Future<List<Stored>> stored(SessionId session, long after, int maxBytes) {
    var range =
        Request.cmd(Command.XRANGE)
            .arg(new Keys(session).log())
            .arg((after + 1) + "-0")
            .arg("+")
            .arg("COUNT")
            .arg(PAGE);
    return pipes.send(session.root(), range).map(entries -> page(entries, after, maxBytes));
  }

  private static List<Stored> page(@Nullable Response entries, long after, int maxBytes) {
    var page = new ArrayList<Stored>();
    long bytes = 0;
    for (int i = 0; entries != null && i < entries.size(); i++) {
      var json = entries.get(i).get(1).get(1).toBuffer();
      bytes += json.length();
      if (bytes > maxBytes && !page.isEmpty()) {
        break;
      }
      page.add(new Stored(after + 1 + i, json, Decoding.digests(json.toString())));
    }
    return page;
  }

  @Override
  public Document read(Buffer json) {
    try {
      var carried = codec.documents().read(json.getBytes());
      return new Document(carried.id(), carried.entries());
    } catch (FormatException flaw) {
      throw new Rejection(Rejection.Kind.INVALID, String.valueOf(flaw.getMessage()));
    }
  }

  @Override
  public Future<Void> put(
      SessionId session, List<Entry> entries, String agent, String token, long at) {
    var noted = index.add(session, at);
    var putting = new Putting(session, entries, agent, token, at);
    putting.next();
    return putting.done.future().compose(_ -> noted).recover(why -> undo(session, token, why));
  }

  private Future<Void> undo(SessionId session, String token, Throwable why) {
    if (why instanceof Refused refused && refused.why() == Refused.Why.STALE_HEAD) {
      return Future.failedFuture(
          new Rejection(
              Rejection.Kind.EXISTS,
              "Session '%s' can't be made here: %s."
                  .formatted(session.id(), refused.getMessage())));
    }
    return deletion.run(session, "importing", token).transform(_ -> Future.failedFuture(why));
  }

  /** One session on its way into Redis, so many entries at a time, encoded on a worker. */
  private final class Putting {
    private final SessionId session;
    private final List<Entry> entries;
    private final String agent;
    private final String token;
    private final long at;
    private final Set<String> sent = new HashSet<>();
    private final Promise<Void> done = Promise.promise();
    private int head;

    Putting(SessionId session, List<Entry> entries, String agent, String token, long at) {
      this.session = session;
      this.entries = entries;
      this.agent = agent;
      this.token = token;
      this.at = at;
    }

    void next() {
      vertx
          .executeBlocking(this::batch, false)
          .compose(this::send)
          .onFailure(done::tryFail)
          .onSuccess(
              count -> {
                head += count;
                if (head == entries.size()) {
                  done.complete();
                } else {
                  next();
                }
              });
    }

    private List<Encoded> batch() {
      var batch = new ArrayList<Encoded>();
      long bytes = 0;
      while (head + batch.size() < entries.size()
          && batch.size() < MOST_AT_ONCE
          && bytes < BYTES_AT_ONCE) {
        var encoded = codec.encode(entries.get(head + batch.size()));
        batch.add(encoded);
        bytes += encoded.json().length;
        for (var blob : encoded.blobs()) {
          bytes += blob.bytes().length;
        }
      }
      return batch;
    }

    private Future<Integer> send(List<Encoded> batch) {
      var keys = new Keys(session);
      var blobs =
          batch.stream()
              .flatMap(entry -> entry.blobs().stream())
              .filter(blob -> sent.add(blob.digest()))
              .toList();
      var call = new ScriptCall(Scripts.IMPORT).keys(keys.log(), keys.meta());
      blobs.forEach(blob -> call.keys(keys.blob(blob.digest()), keys.referrers(blob.digest())));
      call.arg(session.id()).arg(token).arg(agent).arg(at).arg(head).arg(batch.size());
      call.arg(head + batch.size() == entries.size() ? 1 : 0);
      batch.forEach(entry -> call.arg(entry.json()));
      blobs.forEach(blob -> call.arg(blob.bytes()));
      return pipes
          .run(session.root(), call)
          .map(answer -> Verdict.of(answer).accepted(session))
          .map(batch.size());
    }
  }
}
