package io.tidegate.session.guard;

import io.tidegate.run.BreakerStates;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Breakers that are not closed, in Redis: a record each with an expiry, which late comers read, and
 * a channel on which changes are told.
 */
public final class RedisBreakerStates implements BreakerStates {
  /** How long it is known after its time that a breaker was open. */
  private static final long REMEMBERED_MS = 600_000;

  private final RedisPipes pipes;

  public RedisBreakerStates(RedisPipes pipes) {
    this.pipes = pipes;
  }

  @Override
  public Future<Long> open(String name, long ms) {
    var call =
        call(GuardScripts.BREAKER_OPEN, name)
            .arg(name)
            .arg(ms)
            .arg(REMEMBERED_MS)
            .arg(GuardScripts.BREAKERS);
    return run(name, call).map(answer -> Long.parseLong(String.valueOf(answer)));
  }

  @Override
  public Future<Probe> probe(String name, int max, long leaseMs) {
    var call =
        call(GuardScripts.BREAKER_PROBE, name).arg(max).arg(leaseMs).arg(REMEMBERED_MS + leaseMs);
    return run(name, call).map(RedisBreakerStates::probe);
  }

  private static Probe probe(@Nullable Response answer) {
    return switch (text(answer, 0)) {
      case "GRANTED" -> new Probe.Granted(text(answer, 1));
      case "REFUSED" -> new Probe.Refused(Long.parseLong(text(answer, 1)));
      default -> new Probe.Unknown();
    };
  }

  @Override
  public Future<Void> passed(String name, String probe, int needed) {
    var call =
        call(GuardScripts.BREAKER_PASSED, name)
            .arg(name)
            .arg(probe)
            .arg(needed)
            .arg(REMEMBERED_MS)
            .arg(GuardScripts.BREAKERS);
    return run(name, call).mapEmpty();
  }

  @Override
  public Future<Void> giveBack(String name, String probe) {
    var key = GuardScripts.key("probes", name);
    return pipes.send(key, Request.cmd(Command.ZREM).arg(key).arg(probe)).mapEmpty();
  }

  @Override
  public Future<News> look(String name) {
    var call = new ScriptCall(GuardScripts.BREAKER_LOOK).keys(GuardScripts.key("breaker", name));
    return run(name, call)
        .map(
            answer ->
                new News(name, Long.parseLong(text(answer, 0)), Long.parseLong(text(answer, 1))));
  }

  @Override
  public Runnable hear(Consumer<News> onNews, Runnable onGap) {
    return pipes.subscribe(GuardScripts.BREAKERS, text -> decode(text, onNews), onGap);
  }

  /** What can't be read is dropped: a newer replica may say more. */
  private static void decode(String text, Consumer<News> onNews) {
    var words = text.split(" ", 3);
    if (words.length == 3 && words[0].matches("\\d{1,18}") && words[1].matches("-1|\\d{1,18}")) {
      onNews.accept(new News(words[2], Long.parseLong(words[0]), Long.parseLong(words[1])));
    }
  }

  private static ScriptCall call(Script script, String name) {
    return new ScriptCall(script)
        .keys(GuardScripts.key("breaker", name), GuardScripts.key("probes", name));
  }

  private Future<@Nullable Response> run(String name, ScriptCall call) {
    return pipes.run(name, call);
  }

  private static String text(@Nullable Response answer, int index) {
    var part = answer == null ? null : answer.get(index);
    return String.valueOf(part);
  }
}
