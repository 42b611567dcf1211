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
  static final Script DELETE = script("delete");
  static final Script ALARMS = script("alarms");
  static final Script FORGET = script("forget");
  static final Script CLAIM = script("claim");
  static final Script PROGRESS = script("progress");
  static final Script LOOK = script("look");

  static final List<Script> ALL =
      List.of(APPEND, OWN, RELEASE, LISTEN, FORK, DELETE, ALARMS, FORGET, CLAIM, PROGRESS, LOOK);

  private Scripts() {}

  private static Script script(String name) {
    return Script.of(Scripts.class, name + ".lua");
  }
}
