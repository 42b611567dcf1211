package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Rebase;
import io.tidegate.loop.Restore;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.run.CatchUp.Found;
import io.tidegate.run.CatchUp.Known;
import io.tidegate.run.CatchUp.Loss;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Refused.Why;
import io.tidegate.run.LogWriter.Pending;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts on top of a log that ends otherwise than its driver knew what the store has lost of it, and
 * then what was about to be appended; both as far as they still hold.
 */
final class Rebuild {
  private final SessionDriver driver;
  private final LogWriter log;
  private final Flights flights;
  private final Verified verified;
  private final Recent recent;

  /** Calls whose begin can't be told any more, as others have decided otherwise about them. */
  private final List<String> untold = new ArrayList<>();

  /** The state that goes with the result that was put back last, if a tool's result makes one. */
  private Optional<Event> write = Optional.empty();

  Rebuild(SessionDriver driver, LogWriter log, Flights flights, Verified verified, Recent recent) {
    this.driver = driver;
    this.log = log;
    this.flights = flights;
    this.verified = verified;
    this.recent = recent;
  }

  void on(Found found) {
    var before = log.base();
    var loss = found.loss();
    var unwritten = unwritten(loss);
    var entries = found.entries();
    try {
      driver.restart(found.state(), found.title());
      verified.forget();
      if (loss != null && loss.known() == null) {
        recent.restart(found.state());
      } else if (loss != null) {
        recent.rewind(loss.first() - 1);
      }
      if (!entries.isEmpty()) {
        recent.add(entries);
        driver.shell().listener().heard(driver.id(), entries);
      }
      if (loss != null) {
        driver.meta(Record.REWINDS, rewinds(loss, unwritten));
        replace(loss, entries.isEmpty());
      }
      putBack(before, unwritten);
      askPeople();
    } catch (RuntimeException bug) {
      unwritten.forEach(pending -> pending.fail(bug));
      throw bug;
    }
  }

  /** A rewind that was not written yet tells of fewer places than there are by now. */
  private List<Pending> unwritten(@Nullable Loss loss) {
    var all = log.takeBack();
    return loss == null
        ? all
        : all.stream().map(pending -> pending.without(Record.REWINDS)).toList();
  }

  private void replace(Loss loss, boolean asItWas) {
    var known = loss.known();
    long first = loss.first() == state().head() + 1 ? 0 : loss.first();
    restore(state().run(), new Event.Rewound(loss.upTo(), first));
    if (known == null) {
      askPeople("after entry " + (loss.first() - 1));
    } else if (asItWas) {
      known.entries().forEach(entry -> restore(entry.run(), entry.event()));
    } else {
      restore(known);
    }
  }

  /** One place for each rewind that the log will tell of, those too that were lost themselves. */
  private static String rewinds(Loss loss, List<Pending> unwritten) {
    var lost = loss.known() == null ? List.<Entry>of() : loss.known().entries();
    long more =
        Stream.concat(lost.stream(), unwritten.stream().map(Pending::entry))
            .filter(entry -> entry.event() instanceof Event.Rewound)
            .count();
    var places = new ArrayList<>(Collections.nCopies((int) more + 1, Long.toString(loss.first())));
    if (loss.rewinds() != null) {
      places.addFirst(loss.rewinds());
    }
    return String.join(",", places);
  }

  private void restore(Known known) {
    var before = known.before();
    for (var lost : known.entries()) {
      again(before, lost)
          .ifPresent(event -> withWrite(event).forEach(each -> restore(lost.run(), each)));
      before = before.after(lost);
    }
  }

  /** A lost event as it holds now; a state that a tool's result made comes with the result. */
  private Optional<Event> again(RunState before, Entry lost) {
    var holds = Restore.onto(before, state(), lost.run(), lost.event());
    if (holds.isEmpty()) {
      flights.drop(lost.event());
    }
    if (holds.isEmpty() && Restore.beginsWrite(before, lost.event())) {
      untold.add(((Event.CallStarted) lost.event()).call());
    }
    return holds;
  }

  private List<Event> withWrite(Event event) {
    return driver.deliberation().withStateWrite(state(), event);
  }

  /** Appends an event anew that the store has lost. */
  private void restore(String run, Event event) {
    var entry = driver.next(run, event);
    driver.advance(entry);
    log.restore(entry, state());
  }

  private void putBack(RunState base, List<Pending> unwritten) {
    var before = base;
    for (var pending : unwritten) {
      var holds = pending.restored() ? again(before, pending) : onto(pending.entry());
      holds.ifPresentOrElse(event -> putBack(pending, event), () -> drop(pending));
      before = pending.after();
    }
  }

  private Optional<Event> again(RunState before, Pending restored) {
    var madeByTool =
        restored.entry().event() instanceof Event.StateSet(var _, var by)
            && by.startsWith(Event.BY_TOOL);
    return madeByTool ? write : again(before, restored.entry());
  }

  private Optional<Event> onto(Entry unwritten) {
    return Rebase.onto(state(), unwritten.run(), unwritten.event())
        .flatMap(event -> event instanceof Event.StateSet ? write : Optional.of(event));
  }

  /**
   * Puts an event back at its new place; what its result makes of the state as it is now is put in
   * place of what it had made of the one before.
   */
  private void putBack(Pending pending, Event event) {
    var events = withWrite(event);
    var entry = driver.next(pending.entry().run(), events.getFirst());
    driver.advance(entry);
    log.putBack(pending, entry, state());
    if (!pending.restored()) {
      verified.recorded(entry, state());
    }
    write = events.stream().skip(1).findFirst();
  }

  private void drop(Pending pending) {
    flights.drop(pending.entry().event());
    pending.fail(new Refused(Why.STALE_HEAD, driver.id() + ": others were first"));
    write = Optional.empty();
  }

  private void askPeople() {
    if (!untold.isEmpty()) {
      askPeople("about " + String.join(", ", untold));
    }
  }

  /** Nobody knows any more what the run did: a person has to look before it goes on. */
  private void askPeople(String where) {
    if (state().phase() == Phase.IDLE) {
      return;
    }
    var detail =
        "The store lost what this run did %s: calls of that time may have taken effect."
            .formatted(where);
    var stop =
        state()
            .stopFor(
                StopReason.OUTCOME_UNKNOWN,
                detail,
                false,
                null,
                "Find out what took effect, then resume the run or cancel it.");
    restore(state().run(), new Event.Suspended(stop));
  }

  private RunState state() {
    return driver.state();
  }
}
