package io.tidegate.app;

import io.tidegate.config.InvalidConfig;
import io.tidegate.config.Look;
import io.tidegate.config.Renewal;
import io.tidegate.config.Settings;
import io.tidegate.meter.ReloadMeters;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether there is another configuration, and puts it in the place of the
 * one that goes. What two looks in a row did not find the same may be half written: it is left
 * alone. What is wrong changes nothing. One thread at a time may look.
 */
final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private final Written written;
  private final Supplier<Settings> running;
  private final Consumer<Settings> use;
  private final ReloadMeters meters;
  private final Settings started;
  private Look judged;
  private Look seen;

  /** A configuration that may be written anew at any time. Both verbs block. */
  interface Written {
    /** Reads all there is into memory. */
    Look look();

    /**
     * What it means.
     *
     * @throws InvalidConfig with all errors
     */
    Settings read(Look look);
  }

  /**
   * @param first what the gateway was started on
   * @param use gets settings that go from now on; throws an {@link IllegalArgumentException}, and
   *     changes nothing, if they can't be used
   */
  Reload(
      Written written,
      Look first,
      Supplier<Settings> running,
      Consumer<Settings> use,
      ReloadMeters meters) {
    this.written = written;
    this.running = running;
    this.use = use;
    this.meters = meters;
    this.started = running.get();
    this.judged = first;
    this.seen = first;
  }

  /** Looks once; says what it found. */
  Look look() {
    var now = written.look();
    boolean whole = now.equals(seen);
    seen = now;
    if (whole && !now.equals(judged)) {
      judged = now;
      judge(now);
    }
    return now;
  }

  private void judge(Look look) {
    try {
      var before = running.get();
      var renewal = Renewal.of(started, before, written.read(look));
      use.accept(renewal.settings());
      meters.applied(!renewal.waiting().isEmpty());
      tell(renewal, before.warnings());
    } catch (RuntimeException wrong) {
      meters.refused();
      LOG.error(
          "the configuration was changed and can't be used; the one before goes on: {}",
          wrong instanceof InvalidConfig ? wrong.getMessage() : wrong.toString());
    }
  }

  private static void tell(Renewal renewal, List<String> known) {
    LOG.info(
        "the configuration was changed; in use from now on: {}",
        renewal.changed().isEmpty() ? "nothing new" : String.join(", ", renewal.changed()));
    if (!renewal.waiting().isEmpty()) {
      LOG.warn(
          "a change of the configuration waits for a restart: {}",
          String.join("; ", renewal.waiting()));
    }
    renewal.settings().warnings().stream()
        .filter(warning -> !known.contains(warning))
        .forEach(LOG::warn);
  }
}
