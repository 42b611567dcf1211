package io.tidegate.run;

import io.tidegate.loop.Budget;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.Budgets.Order;
import java.util.List;

/** The levels on which a claim is reserved, by name. */
final class Levels {
  private Levels() {}

  /** From the widest to the narrowest. */
  static List<String> of(Order order) {
    var session = order.claim().session();
    var tenant = session.tenant();
    return List.of(
        name(tenant, Scope.TENANT, tenant),
        name(tenant, Scope.AGENT, order.agent()),
        name(tenant, Scope.SESSION, session.root()),
        name(tenant, Scope.RUN, order.claim().run()));
  }

  static String name(Order order, Budget budget) {
    return name(order.claim().session().tenant(), budget.scope(), budget.id());
  }

  /** Whose budget the level of that name is. */
  static Scope scope(String name) {
    return Scope.valueOf(name.split("\n", 3)[1]);
  }

  private static String name(String tenant, Scope scope, String id) {
    return tenant + "\n" + scope + "\n" + id;
  }
}
