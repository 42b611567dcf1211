package io.tidegate.session.guard;

import io.tidegate.session.redis.Script;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The scripts of what guards share, and the names of their keys. */
public final class GuardScripts {
  static final Script BREAKER_OPEN = script("breaker-open");
  static final Script BREAKER_PROBE = script("breaker-probe");
  static final Script BREAKER_PASSED = script("breaker-passed");
  static final Script BREAKER_LOOK = script("breaker-look");
  static final Script QUOTA_TAKE = script("quota-take");
  static final Script QUOTA_CORRECT = script("quota-correct");
  static final Script QUOTA_LEARN = script("quota-learn");
  static final Script QUOTA_COOL = script("quota-cool");
  static final Script PERMIT_TAKE = script("permit-take");
  static final Script PERMIT_RENEW = script("permit-renew");
  static final Script CACHE_LOOK = script("cache-look");
  static final Script CACHE_KEEP = script("cache-keep");
  static final Script CACHE_LEAVE = script("cache-leave");

  /** Those to be loaded with each connection. */
  public static final List<Script> ALL =
      List.of(
          BREAKER_OPEN,
          BREAKER_PROBE,
          BREAKER_PASSED,
          BREAKER_LOOK,
          QUOTA_TAKE,
          QUOTA_CORRECT,
          QUOTA_LEARN,
          QUOTA_COOL,
          PERMIT_TAKE,
          PERMIT_RENEW,
          CACHE_LOOK,
          CACHE_KEEP,
          CACHE_LEAVE);

  /** The channel on which breakers that open and close are told. */
  static final String BREAKERS = "tg:guard:breakers";

  /** The channel on which quotas that cool are told. */
  static final String QUOTAS = "tg:guard:quotas";

  private GuardScripts() {}

  private static Script script(String name) {
    return Script.of(GuardScripts.class, name + ".lua");
  }

  /** A key of something named; all of its keys are in one slot. */
  static String key(String kind, String name) {
    return "tg:{guard:" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "}:" + kind;
  }
}
