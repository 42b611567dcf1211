package io.tidegate.run;

import io.tidegate.loop.Event;
import io.tidegate.run.Time.Timer;

/** An event that happens when its time has come. */
final class TimerFlight implements Flight {
  private final Timer timer;
  private boolean over;

  TimerFlight(SessionDriver driver, long ms, Event event) {
    timer = driver.shell().time().after(ms, () -> passed(driver, event));
  }

  private void passed(SessionDriver driver, Event event) {
    if (!over) {
      over = true;
      driver.happen(event);
    }
  }

  @Override
  public boolean begun() {
    return false;
  }

  @Override
  public void cancel() {
    over = true;
    timer.cancel();
  }
}
