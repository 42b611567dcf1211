package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Outbox;
import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far webhooks have come, in fields of the sessions' records, so that they go when the session
 * is deleted; and which sessions to look at, in a few sorted sets.
 */
public final class RedisOutbox implements Outbox {
  /**
   * When a noted session is looked at. Until then whoever appended delivers without being reminded;
   * by then the append that the note is about has arrived, or never will: it is sent with the note,
   * and given up after five seconds.
   */
  private static final long NOTED_MS = 15_000;

  private static final long AGAIN_MS = 30_000;
  private static final String NONE = "-";
  private static final String CLOSED = "closed";

  private final RedisPipes pipes;
  private final Predicate<Event> wanted;
  private final LongSupplier now;
  private final List<Hint> shards;

  /**
   * @param wanted whether an event could be one to tell
   * @param now milliseconds since 1970
   */
  RedisOutbox(RedisPipes pipes, Predicate<Event> wanted, LongSupplier now) {
    this.pipes = pipes;
    this.wanted = wanted;
    this.now = now;
    this.shards =
        IntStream.range(0, Keys.HOOK_SHARDS)
            .mapToObj(shard -> new Hint(pipes, Keys.hooks(shard)))
            .toList();
  }

  /** Notes a session that is about to be appended to, if there is something to tell among it. */
  Future<Void> note(SessionId session, List<Entry> entries) {
    return entries.stream().anyMatch(entry -> wanted.test(entry.event()))
        ? shard(session).put(session, now.getAsLong() + NOTED_MS)
        : Future.succeededFuture();
  }

  @Override
  public Future<List<Due>> due(long now, int limit) {
    int each = Math.max(1, limit / Keys.HOOK_SHARDS);
    return Future.all(shards.stream().map(shard -> due(shard, now, each)).toList())
        .map(all -> all.<List<Due>>list().stream().flatMap(List::stream).toList());
  }

  private static Future<List<Due>> due(Hint shard, long now, int limit) {
    long again = now + AGAIN_MS;
    return shard
        .run(new ScriptCall(Scripts.ALARMS).arg(now).arg(again).arg(limit))
        .map(members -> due(members, again));
  }

  private static List<Due> due(@Nullable Response members, long seen) {
    var due = new ArrayList<Due>();
    if (members != null) {
      members.forEach(member -> due.add(new Due(Keys.session(member.toString()), seen)));
    }
    return due;
  }

  @Override
  public Future<Void> look(SessionId session, long at, long seen) {
    return shard(session).replace(session, at, seen);
  }

  @Override
  public Future<Void> settled(Due due) {
    return shard(due.session()).forget(List.of(new Seen(due.session(), due.seen())));
  }

  private Hint shard(SessionId session) {
    return shards.get(Keys.hookShard(session));
  }

  @Override
  public Future<Claim> claim(
      SessionId session, String hook, String claimant, long now, long until, long after) {
    var call = of(Scripts.CLAIM, session, hook, claimant).arg(now).arg(until).arg(after);
    call.arg(broughtBy(hook));
    return pipes.run(session.root(), call).map(RedisOutbox::claim);
  }

  /** The field that a run's hook lives by, or empty for others. */
  private static String broughtBy(String hook) {
    return hook.startsWith(OF_RUN) ? Meta.own(Outbox.field(hook.substring(OF_RUN.length()))) : "";
  }

  private static Claim claim(@Nullable Response answer) {
    var verdict = Verdict.of(answer);
    return switch (verdict.word()) {
      case "HELD" -> held(List.copyOf(texts(answer)));
      case "LATER" -> new Claim.Later(Long.parseLong(verdict.detail()));
      default -> new Claim.Nothing();
    };
  }

  private static List<String> texts(@Nullable Response answer) {
    var texts = new ArrayList<String>();
    if (answer != null) {
      answer.forEach(text -> texts.add(text.toString()));
    }
    return texts;
  }

  private static Claim held(List<String> said) {
    var progress =
        new Progress(
            Long.parseLong(said.get(1)),
            Integer.parseInt(said.get(2)),
            Long.parseLong(said.get(3)),
            open(said.get(4)));
    return new Claim.Held(progress, said.get(5).equals("fresh"));
  }

  private static List<Long> open(String text) {
    return text.equals(NONE)
        ? List.of()
        : Arrays.stream(text.split(",")).map(Long::valueOf).toList();
  }

  @Override
  public Future<Boolean> save(
      SessionId session, String hook, String claimant, Progress progress, long until) {
    return write(
        of(Scripts.PROGRESS, session, hook, claimant).arg(place(progress, claimant, until)),
        session);
  }

  private static String place(Progress progress, String claimant, long until) {
    var open = progress.open().stream().map(Object::toString).collect(Collectors.joining(","));
    return String.join(
        " ",
        Long.toString(progress.seq()),
        Integer.toString(progress.tries()),
        Long.toString(progress.due()),
        Long.toString(until),
        until == 0 ? NONE : claimant,
        open.isEmpty() ? NONE : open);
  }

  @Override
  public Future<Void> close(SessionId session, String hook, String claimant) {
    var call = of(Scripts.PROGRESS, session, hook, claimant);
    var brought = broughtBy(hook);
    call.arg(brought.isEmpty() ? CLOSED : "").arg(brought);
    return write(call, session).mapEmpty();
  }

  private Future<Boolean> write(ScriptCall call, SessionId session) {
    return pipes.run(session.root(), call).map(answer -> Verdict.of(answer).is(Verdict.OK));
  }

  private static ScriptCall of(Script script, SessionId session, String hook, String claimant) {
    return new ScriptCall(script).keys(new Keys(session).meta()).arg(Keys.hook(hook)).arg(claimant);
  }
}
