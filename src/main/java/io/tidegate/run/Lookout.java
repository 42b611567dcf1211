package io.tidegate.run;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether others have added facts to sessions that are driven here: the
 * message that says so may be lost, and a driver that waits long for a model or a tool appends
 * nothing by which it would find them. Sessions that were appended to since the last look are left
 * out, the others are asked about many at a time, and one question waits for the other.
 */
final class Lookout {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  /** The usual pause between two rounds. */
  static final long LOOK_MS = 5_000;

  static final int AT_ONCE = 500;

  private final Shell shell;
  private final Drivers drivers;
  private volatile Time.Timer timer = () -> {};
  private volatile boolean over;

  Lookout(Shell shell, Drivers drivers) {
    this.shell = shell;
    this.drivers = drivers;
  }

  /** Looks from now on. Replicas that began together do not look together. */
  void begin() {
    long pause = LOOK_MS / 2 + (long) (shell.ids().fraction() * LOOK_MS);
    timer = shell.time().after(pause, this::round);
    if (over) {
      timer.cancel();
    }
  }

  /** Looks no more. */
  void end() {
    over = true;
    timer.cancel();
  }

  private void round() {
    var quiet = drivers.all().stream().filter(SessionDriver::wasQuiet).toList();
    look(quiet)
        .onFailure(why -> LOG.debug("facts are not looked for: {}", why.getMessage()))
        .onComplete(
            _ -> {
              if (!over) {
                begin();
              }
            });
  }

  private Future<Void> look(List<SessionDriver> drivers) {
    if (drivers.isEmpty()) {
      return Future.succeededFuture();
    }
    int now = Math.min(AT_ONCE, drivers.size());
    var some = drivers.subList(0, now);
    return shell
        .journal()
        .heads(some.stream().map(SessionDriver::id).toList())
        .onSuccess(heads -> some.forEach(driver -> tell(driver, heads)))
        .compose(_ -> look(drivers.subList(now, drivers.size())));
  }

  private static void tell(SessionDriver driver, Map<SessionId, Long> heads) {
    var head = heads.get(driver.id());
    if (head != null) {
      driver.later(() -> driver.hearFacts(head, 0));
    }
  }
}
