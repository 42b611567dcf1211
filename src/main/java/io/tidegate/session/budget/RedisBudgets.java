package io.tidegate.session.budget;

import io.tidegate.conversation.Usage;
import io.tidegate.loop.Event.BudgetRefused;
import io.tidegate.loop.Event.BudgetWarned;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.Budgets;
import io.tidegate.run.Time;
import io.tidegate.session.budget.Accounts.Account;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Budgets in Redis. Where a tenant is known to have no limit that a call could meet, nothing is
 * reserved for it, and it is one command: the settlement.
 */
public final class RedisBudgets implements Budgets {
  private final RedisPipes pipes;
  private final Accounts accounts;
  private final Unlimited unlimited;
  private final Time time;
  private final String warnAt;
  private final long keptMs;

  public RedisBudgets(RedisPipes pipes, BudgetSettings settings, Time time) {
    this.pipes = pipes;
    this.accounts = new Accounts(settings);
    this.unlimited = new Unlimited(time);
    this.time = time;
    this.warnAt = settings.warnAt().stream().map(String::valueOf).collect(Collectors.joining(" "));
    this.keptMs = settings.usageKeptMs();
  }

  @Override
  public Future<Answer> reserve(Order order) {
    var tenant = order.claim().session().tenant();
    var levels = accounts.of(order);
    if (levels.stream().allMatch(Account::unlimited) && unlimited.isKnown(tenant)) {
      return Future.succeededFuture(new Answer.Granted());
    }
    var call =
        claim(BudgetScripts.RESERVE, order)
            .arg(order.estimate().cost().nanos())
            .arg(order.estimate().input())
            .arg(order.estimate().output())
            .arg(order.lifetimeMs())
            .arg(order.spent().nanos())
            .arg(order.tokens())
            .arg(keptMs);
    return said(order, pipes::run, with(levels, call)).map(said -> answer(order, said));
  }

  private Answer answer(Order order, Response said) {
    return switch (said.get(0).toString()) {
      case "granted" -> new Answer.Granted();
      case "held" -> new Answer.Held(Accounts.budget(text(said, 2), text(said, 3), text(said, 4)));
      default -> refused(order, said);
    };
  }

  private Answer refused(Order order, Response said) {
    var tenant = order.claim().session().tenant();
    // A hint for those who look from time to time which runs can go on.
    pipes.send(
        Accounts.WAITING,
        Request.cmd(Command.ZADD)
            .arg(Accounts.WAITING)
            .arg(time.now())
            .arg(Accounts.encode(tenant)));
    var budget = Accounts.budget(text(said, 2), text(said, 3), text(said, 4));
    long estimate =
        switch (budget.unit()) {
          case USD -> order.estimate().cost().nanos();
          case TOKENS -> order.estimate().tokens();
        };
    return new Answer.Refused(
        new BudgetRefused(
            budget, Long.parseLong(text(said, 5)), Long.parseLong(text(said, 6)), estimate));
  }

  @Override
  public Future<List<BudgetWarned>> settle(Order order, @Nullable Bill bill) {
    var usage = bill == null ? estimated(order) : bill.usage();
    var cost = bill == null ? order.estimate().cost() : bill.cost();
    var call =
        claim(BudgetScripts.SETTLE, order)
            .arg(cost.nanos())
            .arg(usage.input())
            .arg(usage.output())
            .arg(usage.cachedInput())
            .arg(bill == null ? 1 : 0)
            .arg(keptMs)
            .arg(warnAt);
    return said(order, pipes::runSoon, with(accounts.of(order), call)).map(RedisBudgets::warnings);
  }

  private static Usage estimated(Order order) {
    return new Usage(order.estimate().input(), 0, 0, order.estimate().output(), 0);
  }

  private static List<BudgetWarned> warnings(Response said) {
    var warnings = new ArrayList<BudgetWarned>();
    for (int i = 1; i < said.size(); i += 6) {
      warnings.add(
          new BudgetWarned(
              Accounts.budget(text(said, i), text(said, i + 1), text(said, i + 2)),
              Long.parseLong(text(said, i + 3)),
              Long.parseLong(text(said, i + 4)),
              Integer.parseInt(text(said, i + 5))));
    }
    return warnings;
  }

  @Override
  public Future<Void> release(Order order) {
    var claim = order.claim();
    return pipes
        .runSoon(
            claim.session().root(),
            BudgetScripts.call(BudgetScripts.RELEASE, claim.session().tenant())
                .arg(claim.run())
                .arg(claim.what())
                .arg(claim.rank()))
        .mapEmpty();
  }

  private static ScriptCall claim(Script script, Order order) {
    var claim = order.claim();
    return BudgetScripts.call(script, claim.session().tenant())
        .arg(claim.run())
        .arg(claim.what())
        .arg(claim.rank())
        .arg(claim.session().id())
        .arg(Accounts.encode(order.agent()))
        .arg(Accounts.encode(order.model()));
  }

  private static ScriptCall with(List<Account> levels, ScriptCall call) {
    levels.forEach(level -> call.arg(level.name()).arg(level.limits()));
    return call;
  }

  /**
   * By the connection of the session: so what a run says of its claims is heard in that order, and
   * before whatever its journal tells of them.
   */
  private Future<Response> said(
      Order order,
      BiFunction<String, ScriptCall, Future<@Nullable Response>> way,
      ScriptCall call) {
    var session = order.claim().session();
    long asked = time.nanos();
    return way.apply(session.root(), call)
        .map(
            said -> {
              if (said == null) {
                throw new IllegalStateException("a script about budgets says something");
              }
              boolean reserving = !said.get(0).toString().matches("[01]");
              unlimited.note(session.tenant(), said.get(reserving ? 1 : 0).toInteger() == 0, asked);
              return said;
            });
  }

  private static String text(Response said, int i) {
    return said.get(i).toString();
  }
}
