package io.tidegate.session.budget;

import io.tidegate.conversation.Usd;
import io.tidegate.run.BudgetBook.Asked;
import io.tidegate.run.BudgetBook.By;
import io.tidegate.run.BudgetBook.Page;
import io.tidegate.run.BudgetBook.Used;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Adds up what the settlements have counted. */
final class UsageReader {
  private final RedisPipes pipes;

  UsageReader(RedisPipes pipes) {
    this.pipes = pipes;
  }

  Future<Page<Used>> read(Asked asked) {
    return asked.by() == By.SESSION ? sessions(asked) : days(asked);
  }

  /** By agent and model it is kept for each day; all else adds that up. */
  private Future<Page<Used>> days(Asked asked) {
    var days =
        LongStream.rangeClosed(asked.from().toEpochDay(), asked.to().toEpochDay()).boxed().toList();
    var reads = days.stream().map(day -> fields(asked.tenant(), "use:" + day)).toList();
    return Future.all(reads)
        .map(
            all -> {
              var sums = new TreeMap<String, Map<String, Long>>();
              for (int i = 0; i < days.size(); i++) {
                Map<String, Long> read = all.resultAt(i);
                long day = days.get(i);
                read.forEach((field, value) -> add(sums, key(asked, day, field), field, value));
              }
              return page(asked, sums);
            });
  }

  private static String key(Asked asked, long day, String field) {
    var parts = field.split("\\|", -1);
    return switch (asked.by()) {
      case AGENT -> decode(parts[0]);
      case MODEL -> decode(parts[1]);
      case DAY -> LocalDate.ofEpochDay(day).toString();
      case TENANT, SESSION -> asked.tenant();
    };
  }

  private static void add(
      Map<String, Map<String, Long>> sums, String key, String field, long value) {
    var figure = field.substring(field.lastIndexOf('|') + 1);
    sums.computeIfAbsent(key, _ -> new HashMap<>()).merge(figure, value, Math::addExact);
  }

  private static Page<Used> page(Asked asked, NavigableMap<String, Map<String, Long>> sums) {
    var cursor = asked.cursor();
    var rest = cursor == null ? sums : sums.tailMap(cursor, false);
    var items =
        rest.entrySet().stream()
            .limit(asked.limit())
            .map(each -> used(each.getKey(), each.getValue()))
            .toList();
    return new Page<>(items, rest.size() > items.size() ? items.getLast().key() : null);
  }

  private static Used used(String key, Map<String, Long> figures) {
    return new Used(
        key,
        figures.getOrDefault("n", 0L),
        figures.getOrDefault("g", 0L),
        figures.getOrDefault("i", 0L),
        figures.getOrDefault("c", 0L),
        figures.getOrDefault("o", 0L),
        new Usd(figures.getOrDefault("u", 0L)));
  }

  /**
   * Those that used something on a later day come first. A page may hold fewer than were asked for:
   * of some it is only known that they used something since the first day.
   */
  private Future<Page<Used>> sessions(Asked asked) {
    long from = asked.from().toEpochDay() * 86_400_000L;
    var cursor = asked.cursor() == null ? new String[] {"+inf", ""} : asked.cursor().split(" ", 2);
    var request =
        Request.cmd(Command.ZRANGE)
            .arg(Accounts.prefix(asked.tenant()) + "sessions")
            .arg(cursor[0])
            .arg(from)
            .arg("BYSCORE")
            .arg("REV")
            .arg("LIMIT")
            .arg(0)
            // Others may have the cursor's very time: they are passed over.
            .arg(2 * asked.limit() + 1)
            .arg("WITHSCORES");
    return pipes
        .send(Accounts.prefix(asked.tenant()), request)
        .compose(found -> sessions(asked, cursor, found));
  }

  private Future<Page<Used>> sessions(Asked asked, String[] cursor, @Nullable Response found) {
    var these = new TreeMap<Integer, Seen>();
    for (int i = 0; found != null && i + 1 < found.size(); i += 2) {
      var seen = new Seen(found.get(i).toString(), found.get(i + 1).toString());
      boolean before = seen.at.equals(cursor[0]) && seen.session.compareTo(cursor[1]) >= 0;
      if (!before && these.size() <= asked.limit()) {
        these.put(i, seen);
      }
    }
    var list = List.copyOf(these.values());
    boolean more = list.size() > asked.limit();
    var page = more ? list.subList(0, asked.limit()) : list;
    var last = page.isEmpty() ? null : page.getLast();
    var next = more && last != null ? last.at + " " + last.session : null;
    var reads = page.stream().map(seen -> session(asked, seen.session)).toList();
    return Future.all(reads)
        .map(
            all ->
                new Page<>(
                    all.<Used>list().stream().filter(used -> used.calls() > 0).toList(), next));
  }

  private record Seen(String session, String at) {}

  private Future<Used> session(Asked asked, String session) {
    return fields(asked.tenant(), "spent:" + session)
        .map(
            read -> {
              var sums = new TreeMap<String, Map<String, Long>>();
              read.forEach(
                  (field, value) -> {
                    long day = Long.parseLong(field.substring(0, field.indexOf('|')));
                    if (day >= asked.from().toEpochDay() && day <= asked.to().toEpochDay()) {
                      add(sums, session, field, value);
                    }
                  });
              return used(session, sums.getOrDefault(session, Map.of()));
            });
  }

  private Future<Map<String, Long>> fields(String tenant, String key) {
    var prefix = Accounts.prefix(tenant);
    return pipes
        .send(prefix, Request.cmd(Command.HGETALL).arg(prefix + key))
        .map(
            found -> {
              var fields = new HashMap<String, Long>();
              for (int i = 0; found != null && i + 1 < found.size(); i += 2) {
                fields.put(found.get(i).toString(), found.get(i + 1).toLong());
              }
              return fields;
            });
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
