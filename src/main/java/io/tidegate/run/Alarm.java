package io.tidegate.run;

/** Sees to it that a session with approvals that may expire has its alarm in the journal. */
final class Alarm {
  private static final long PAUSE_MS = 1_000;

  private final SessionDriver driver;
  private int onTheirWay;

  Alarm(SessionDriver driver) {
    this.driver = driver;
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
