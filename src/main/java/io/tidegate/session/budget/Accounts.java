package io.tidegate.session.budget;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.loop.Budget.Unit;
import io.tidegate.loop.Limits;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.BudgetSettings.Cap;
import io.tidegate.run.Budgets.Order;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The accounts of a tenant, as the scripts know them. All its keys carry one hash tag. */
record Accounts(BudgetSettings settings) {
  /** The tenants of which sessions wait for a budget, by the time when one began to. */
  static final String WAITING = "tg:budgets:waiting";

  private static final int KINDS_OF_LIMITS = 6;

  /** An account, and its limits by the configuration: six texts with a comma after each. */
  record Account(String name, String limits) {
    boolean unlimited() {
      return limits.length() == KINDS_OF_LIMITS;
    }
  }

  /** What all keys of a tenant begin with. */
  static String prefix(String tenant) {
    return "tg:{budgets:" + encode(tenant) + "}:";
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static String name(Scope scope, String id) {
    return scope.name().toLowerCase(Locale.ROOT) + ":" + id;
  }

  static Scope scope(String account) {
    return Scope.valueOf(account.substring(0, account.indexOf(':')).toUpperCase(Locale.ROOT));
  }

  static String id(String account) {
    return account.substring(account.indexOf(':') + 1);
  }

  static Budget budget(String account, String period, String unit) {
    return new Budget(
        scope(account),
        id(account),
        switch (period) {
          case "t" -> Period.TOTAL;
          case "d" -> Period.DAY;
          default -> Period.MONTH;
        },
        unit.equals("u") ? Unit.USD : Unit.TOKENS);
  }

  static String letter(Period period) {
    return switch (period) {
      case TOTAL -> "t";
      case DAY -> "d";
      case MONTH -> "m";
    };
  }

  static List<Period> periods(Scope scope) {
    return switch (scope) {
      case RUN, SESSION -> List.of(Period.TOTAL);
      case AGENT, TENANT -> List.of(Period.DAY, Period.MONTH);
    };
  }

  /** What a call draws on; the widest first, so that it is named if several have no room. */
  List<Account> of(Order order) {
    var session = order.claim().session();
    var agent = settings.agent(order.agent());
    return List.of(
        account(Scope.TENANT, session.tenant(), Cap.NONE, settings.tenant(session.tenant())),
        account(Scope.AGENT, order.agent(), Cap.NONE, agent),
        new Account(name(Scope.SESSION, session.root()), limits(agent.session(), null)),
        new Account(name(Scope.RUN, order.claim().run()), limits(run(order.limits()), null)));
  }

  private static Cap run(Limits limits) {
    return new Cap(limits.cost(), limits.tokens());
  }

  private static Account account(Scope scope, String id, Cap total, BudgetSettings.Caps caps) {
    return new Account(name(scope, id), limits(total, caps));
  }

  private static String limits(Cap total, BudgetSettings.@Nullable Caps caps) {
    var day = caps == null ? Cap.NONE : caps.day();
    var month = caps == null ? Cap.NONE : caps.month();
    return text(total) + text(day) + text(month);
  }

  /** A limit above what the scripts compare exactly is none. */
  private static String text(Cap cap) {
    return text(cap.usd()) + "," + text(cap.tokens()) + ",";
  }

  private static String text(@Nullable Usd limit) {
    return limit == null ? "" : text(limit.nanos());
  }

  private static String text(@Nullable Long limit) {
    return limit == null || limit > BudgetSettings.LARGEST ? "" : Long.toString(limit);
  }

  /** What the configuration says of a budget, as far as it is the same for all runs. */
  Cap configured(String tenant, Scope scope, String id, Period period) {
    return switch (scope) {
      case RUN, SESSION -> Cap.NONE;
      case AGENT -> cap(settings.agent(id), period);
      case TENANT -> cap(settings.tenant(tenant), period);
    };
  }

  private static Cap cap(BudgetSettings.Caps caps, Period period) {
    return switch (period) {
      case TOTAL -> Cap.NONE;
      case DAY -> caps.day();
      case MONTH -> caps.month();
    };
  }
}
