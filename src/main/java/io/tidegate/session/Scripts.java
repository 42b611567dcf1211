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
  static final Script LEFT = script("left");
  static final Script LEASE_ENTER = script("lease-enter");
  static final Script LEASE_RENEW = script("lease-renew");
  static final Script LEASE_LEAVE = script("lease-leave");
  static final Script LEASE_DEAD = script("lease-dead");
  static final Script LEASE_BURY = script("lease-bury");
  static final Script QUEUE_ADD = script("queue-add");
  static final Script QUEUE_TAKE = script("queue-take");
  static final Script QUEUE_STARTED = script("queue-started");
  static final Script QUEUE_ENTER = script("queue-enter");
  static final Script QUEUE_COUNT = script("queue-count");
  static final Script CLAIM = script("claim");
  static final Script PROGRESS = script("progress");
  static final Script LOOK = script("look");
  static final Script AUDIT = script("audit");

  static final List<Script> ALL =
      List.of(
          APPEND,
          OWN,
          RELEASE,
          LISTEN,
          FORK,
          KEEP,
          IMPORT,
          LEAD,
          DELETE,
          ALARMS,
          FORGET,
          LEFT,
          LEASE_ENTER,
          LEASE_RENEW,
          LEASE_LEAVE,
          LEASE_DEAD,
          LEASE_BURY,
          QUEUE_ADD,
          QUEUE_TAKE,
          QUEUE_STARTED,
          QUEUE_ENTER,
          QUEUE_COUNT,
          CLAIM,
          PROGRESS,
          LOOK,
          AUDIT);

  private Scripts() {}

  private static Script script(String name) {
    return Script.of(Scripts.class, name + ".lua");
  }
}
