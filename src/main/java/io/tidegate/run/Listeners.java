package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several listeners as one, told in order. A listener that throws harms neither the run nor the
 * others.
 */
record Listeners(List<RunListener> all) implements RunListener {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    each(listener -> listener.recorded(session, entries, state));
  }

  @Override
  public void heard(SessionId session, List<Entry> entries) {
    each(listener -> listener.heard(session, entries));
  }

  @Override
  public void leaseLost(int sessions) {
    each(listener -> listener.leaseLost(sessions));
  }

  @Override
  public void takenOver(int sessions) {
    each(listener -> listener.takenOver(sessions));
  }

  @Override
  public void delta(SessionId session, Delta delta) {
    each(listener -> listener.delta(session, delta));
  }

  @Override
  public void modelAnswered(Answered answered) {
    each(listener -> listener.modelAnswered(answered));
  }

  @Override
  public void waited(Wait what, long ms) {
    each(listener -> listener.waited(what, ms));
  }

  @Override
  public void budget(BudgetNotice notice) {
    each(listener -> listener.budget(notice));
  }

  @Override
  public void appended(int entries, long nanos) {
    each(listener -> listener.appended(entries, nanos));
  }

  private void each(Consumer<RunListener> tell) {
    for (var listener : all) {
      try {
        tell.accept(listener);
      } catch (RuntimeException bug) {
        LOG.error("a listener failed", bug);
      }
    }
  }
}
