package io.tidegate.run;

import io.tidegate.loop.RunState;

/** Sees to it that a session with approvals that may expire has its alarm in the journal. */
final class Alarm {
  private static final long PAUSE_MS = 1_000;

  private final SessionDriver driver;
  private int onTheirWay;
  private long noted;

  Alarm(SessionDriver driver) {
    this.driver = driver;
    this.noted = Decisions.alarm(driver.state());
  }

  /** The record says it too, with the next append: so the alarm is found again if it is lost. */
  void note(RunState state) {
    long at = Decisions.alarm(state);
    if (at != noted) {
      noted = at;
      driver.meta(Journal.Record.ALARM, Long.toString(at));
    }
  }

  /** Sets it once more for a session that was taken up: who had it may not have come to it. */
  void renew() {
    if (noted > 0) {
      set();
    }
  }

  /** Without its alarm nothing would wake the session when the time is up. */
  void set() {
    onTheirWay++;
    send();
  }

  private void send() {
    var shell = driver.shell();
    shell
        .journal()
        .setAlarm(driver.id(), Decisions.alarm(driver.state()))
        .onSuccess(_ -> driver.later(this::arrived))
        .onFailure(_ -> shell.time().after(PAUSE_MS, this::again));
  }

  private void arrived() {
    onTheirWay--;
    driver.settle();
  }

  private void again() {
    if (!driver.released()) {
      send();
    }
  }

  /** Whether the journal has what was set. */
  boolean isSet() {
    return onTheirWay == 0;
  }
}
