package io.tidegate.session;

import io.tidegate.session.redis.Script;
import java.util.List;

/** All that must happen in one step. */
final class Scripts {
  static final Script APPEND = script("append");
  static final Script OWN = script("own");
  static final Script RELEASE = script("release");
  static final Script LISTEN = script("listen");
  static final Script FORK = script("fork");
  static final Script KEEP = script("keep");
  static final Script IMPORT = script("import");
  static final Script DELETE = script("delete");
  static final Script ALARMS = script("alarms");
  static final Script LEAD = script("lead");
  static final Script FORGET = script("forget");

  static final List<Script> ALL =
      List.of(APPEND, OWN, RELEASE, LISTEN, FORK, KEEP, IMPORT, DELETE, ALARMS, LEAD, FORGET);

  private Scripts() {}

  private static Script script(String name) {
    return Script.of(Scripts.class, name + ".lua");
  }
}
