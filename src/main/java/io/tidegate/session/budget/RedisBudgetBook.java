package io.tidegate.session.budget;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.BudgetBook;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the budgets in Redis stand. */
public final class RedisBudgetBook implements BudgetBook {
  private static final int LOOKED_AT = 50;
  private static final int MOST_TENANTS = 1_000;

  private final RedisPipes pipes;
  private final Accounts accounts;
  private final Supplier<? extends Collection<String>> agents;
  private final Time time;
  private final UsageReader usage;

  /**
   * @param agents the agents of the configuration, by name
   */
  public RedisBudgetBook(
      RedisPipes pipes,
      BudgetSettings settings,
      Supplier<? extends Collection<String>> agents,
      Time time) {
    this.pipes = pipes;
    this.accounts = new Accounts(settings);
    this.agents = agents;
    this.time = time;
    this.usage = new UsageReader(pipes);
  }

  @Override
  public Future<Page<Standing>> list(String tenant, @Nullable String cursor, int limit) {
    var set = Request.cmd(Command.ZRANGE).arg(Accounts.prefix(tenant) + "over").arg(0).arg(-1);
    return pipes
        .send(Accounts.prefix(tenant), set)
        .compose(found -> page(tenant, names(tenant, found), cursor, limit));
  }

  /** In their order, so that a cursor is the last name. */
  private NavigableSet<String> names(String tenant, @Nullable Response set) {
    var names = new TreeSet<String>();
    names.add(Accounts.name(Scope.TENANT, tenant));
    agents.get().forEach(agent -> names.add(Accounts.name(Scope.AGENT, agent)));
    if (set != null) {
      set.forEach(name -> names.add(name.toString()));
    }
    return names;
  }

  private Future<Page<Standing>> page(
      String tenant, NavigableSet<String> names, @Nullable String cursor, int limit) {
    var rest = cursor == null ? names : names.tailSet(cursor, false);
    var these = rest.stream().limit(limit).toList();
    var next = rest.size() > these.size() ? these.getLast() : null;
    return standings(tenant, these)
        .map(all -> new Page<>(all.stream().filter(RedisBudgetBook::limited).toList(), next));
  }

  @Override
  public Future<List<Standing>> named(String tenant) {
    return standings(tenant, List.copyOf(names(tenant, null)))
        .map(all -> all.stream().filter(RedisBudgetBook::limited).toList());
  }

  private static boolean limited(Standing standing) {
    return standing.usd() != null || standing.tokens() != null;
  }

  @Override
  public Future<List<Standing>> show(String tenant, Scope scope, String id) {
    return standings(tenant, List.of(Accounts.name(scope, id)));
  }

  private Future<List<Standing>> standings(String tenant, List<String> names) {
    if (names.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    var call = BudgetScripts.call(BudgetScripts.SHOW, tenant);
    names.forEach(call::arg);
    return run(tenant, call)
        .map(
            said -> {
              var standings = new ArrayList<Standing>();
              for (int i = 0; i < names.size(); i++) {
                var values = said.get(i);
                var name = names.get(i);
                Accounts.periods(Accounts.scope(name))
                    .forEach(period -> standings.add(standing(tenant, name, period, values)));
              }
              return standings;
            });
  }

  /** The values are in the order of the fields in common.lua. */
  private Standing standing(String tenant, String name, Period period, Response values) {
    int limits =
        switch (period) {
          case TOTAL -> 10;
          case DAY -> 12;
          case MONTH -> 14;
        };
    int used =
        switch (period) {
          case TOTAL -> 2;
          case DAY -> 5;
          case MONTH -> 8;
        };
    var scope = Accounts.scope(name);
    var given = accounts.configured(tenant, scope, Accounts.id(name), period);
    var usd = number(values, limits);
    var tokens = number(values, limits + 1);
    return new Standing(
        scope,
        Accounts.id(name),
        period,
        usd == null ? given.usd() : new Usd(usd),
        tokens == null ? given.tokens() : tokens,
        usd != null || tokens != null,
        new Usd(orZero(values, used)),
        orZero(values, used + 1),
        new Usd(orZero(values, 0)),
        orZero(values, 1));
  }

  private static @Nullable Long number(Response values, int i) {
    var text = values.get(i).toString();
    return text.isEmpty() ? null : Long.valueOf(text);
  }

  private static long orZero(Response values, int i) {
    var number = number(values, i);
    return number == null ? 0 : number;
  }

  @Override
  public Future<Void> set(
      String tenant,
      Scope scope,
      String id,
      Period period,
      @Nullable Usd usd,
      @Nullable Long tokens) {
    var call =
        BudgetScripts.call(BudgetScripts.SET, tenant)
            .arg(Accounts.name(scope, id))
            .arg(Accounts.letter(period))
            .arg(usd == null ? "" : Long.toString(usd.nanos()))
            .arg(tokens == null ? "" : Long.toString(tokens));
    return run(tenant, call)
        .compose(before -> before.toInteger() == 1 ? Future.succeededFuture() : everywhere());
  }

  /** Others may rely for a moment on there being no limit. */
  private Future<Void> everywhere() {
    var known = Promise.<Void>promise();
    time.after(Unlimited.KNOWN_MS + 1, known::complete);
    return known.future();
  }

  @Override
  public Future<Page<Used>> usage(Asked asked) {
    return usage.read(asked);
  }

  @Override
  public Future<List<String>> waitingTenants() {
    var request =
        Request.cmd(Command.ZRANGE).arg(Accounts.WAITING).arg(0).arg(MOST_TENANTS - 1).arg("REV");
    return pipes
        .send(Accounts.WAITING, request)
        .map(
            found ->
                found == null
                    ? List.of()
                    : found.stream()
                        .map(name -> URLDecoder.decode(name.toString(), StandardCharsets.UTF_8))
                        .toList());
  }

  @Override
  public Future<@Nullable Ready> ready(String tenant, @Nullable Ready after) {
    return after == null || after.next() < 0
        ? ready(tenant, "", 0)
        : ready(tenant, after.account(), after.next());
  }

  @Override
  public Future<@Nullable Ready> ready(String tenant, Scope scope, String id) {
    return ready(tenant, Accounts.name(scope, id), 0);
  }

  private Future<@Nullable Ready> ready(String tenant, String account, long from) {
    var call =
        BudgetScripts.call(BudgetScripts.READY, tenant).arg(LOOKED_AT).arg(account).arg(from);
    return run(tenant, call)
        .map(
            said -> {
              if (said.size() == 0) {
                return null;
              }
              var turns = new ArrayList<Turn>();
              for (int i = 2; i < said.size(); i += 2) {
                turns.add(
                    new Turn(
                        new SessionId(tenant, said.get(i).toString()), said.get(i + 1).toString()));
              }
              return new Ready(tenant, said.get(0).toString(), said.get(1).toLong(), turns);
            });
  }

  @Override
  public Future<Void> woken(String account, Turn turn) {
    var tenant = turn.session().tenant();
    var call =
        BudgetScripts.call(BudgetScripts.WOKEN, tenant)
            .arg(account)
            .arg(turn.session().id())
            .arg(turn.turn());
    return run(tenant, call).mapEmpty();
  }

  private Future<Response> run(String tenant, ScriptCall call) {
    return pipes
        .run(Accounts.prefix(tenant), call)
        .map(
            said -> {
              if (said == null) {
                throw new IllegalStateException("a script about budgets says something");
              }
              return said;
            });
  }
}
