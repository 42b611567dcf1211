package io.tidegate.session.budget;

import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import java.util.List;

/** All that must happen to budgets in one step. */
public final class BudgetScripts {
  static final Script RESERVE = script("reserve");
  static final Script SETTLE = script("settle");
  static final Script RELEASE = script("release");
  static final Script SET = script("set");
  static final Script SHOW = script("show");
  static final Script READY = script("ready");
  static final Script WOKEN = script("woken");

  /** Those that are loaded with each connection. */
  public static final List<Script> ALL = List.of(RESERVE, SETTLE, RELEASE, SET, SHOW, READY, WOKEN);

  private BudgetScripts() {}

  static ScriptCall call(Script script, String tenant) {
    var prefix = Accounts.prefix(tenant);
    return new ScriptCall(script).keys(prefix + "open").arg(prefix);
  }

  private static Script script(String name) {
    return Script.of(BudgetScripts.class, "common.lua", name + ".lua");
  }
}
