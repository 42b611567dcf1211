package io.tidegate.hook;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.HookEvent;
import io.tidegate.run.Journal;
import io.tidegate.run.Outbox;
import io.tidegate.run.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One that is told of a session: a webhook of the configuration, or one that came with a run. */
sealed interface Addressee {
  /** Its name among the session's hooks. */
  String id();

  /** Host and port: what bounds on deliveries hold for. */
  String host();

  /** The seq after which there may be something to tell it. */
  long after();

  /** Whether it must be known how a run began to say whether this one is told of it. */
  boolean asksFor(String run);

  /**
   * Where to post the entry, if this one wants it.
   *
   * @param run how the entry's run began, or null if nobody asked for it
   */
  Optional<Place> place(Entry entry, @Nullable Begun run);

  /** Whether there is nothing to tell it after an entry. */
  boolean endsWith(Entry entry);

  /** Where to post, and what signs it. */
  record Place(URI url, Secret secret) {}

  /** How a run began: the entry's seq, the agent, and the webhook that came with it. */
  record Begun(long seq, String agent, Event.@Nullable Hook hook) {

    /** What an entry says about it, or null if no run begins there. */
    static @Nullable Begun of(Entry entry) {
      return switch (entry.event()) {
        case Event.Queued queued -> new Begun(entry.seq(), queued.agent(), queued.hook());
        case Event.Asked asked -> new Begun(entry.seq(), asked.pin().agent(), asked.hook());
        default -> null;
      };
    }
  }

  /** All that may have to be told of a session. */
  static List<Addressee> of(Journal.Record session, HookSettings settings) {
    var all = new ArrayList<Addressee>();
    settings.hooks().forEach(hook -> all.add(new Configured(hook)));
    session
        .meta()
        .forEach(
            (field, value) -> {
              if (field.startsWith(Outbox.field(""))) {
                var url = HookSettings.url(value.substring(value.indexOf(' ') + 1));
                var run = field.substring(Outbox.field("").length());
                long after = Long.parseLong(value.substring(0, value.indexOf(' ')));
                all.add(new OfRun(run, url == null ? "" : host(url), after, settings));
              }
            });
    return all;
  }

  private static String host(URI url) {
    return url.getHost().toLowerCase(Locale.ROOT) + ":" + HookSettings.port(url);
  }

  /** One of the configuration. */
  record Configured(HookSettings.Hook hook) implements Addressee {
    @Override
    public String id() {
      return hook.id();
    }

    @Override
    public String host() {
      return Addressee.host(hook.url());
    }

    @Override
    public long after() {
      return 0;
    }

    @Override
    public boolean asksFor(String run) {
      return !hook.agents().isEmpty();
    }

    @Override
    public Optional<Place> place(Entry entry, @Nullable Begun run) {
      var type = HookEvent.of(entry.event());
      boolean wanted = type != null && hook.events().contains(type);
      boolean agents =
          hook.agents().isEmpty() || (run != null && hook.agents().contains(run.agent()));
      return wanted && agents
          ? Optional.of(new Place(hook.url(), hook.secret()))
          : Optional.empty();
    }

    @Override
    public boolean endsWith(Entry entry) {
      return false;
    }
  }

  /** One that came with a run. It is asked again whether it may be told: settings change. */
  record OfRun(String run, String host, long after, HookSettings settings) implements Addressee {
    @Override
    public String id() {
      return Outbox.OF_RUN + run;
    }

    @Override
    public boolean asksFor(String other) {
      return run.equals(other);
    }

    @Override
    public Optional<Place> place(Entry entry, @Nullable Begun begun) {
      var type = HookEvent.of(entry.event());
      var hook = begun == null ? null : begun.hook();
      if (type == null || hook == null || !entry.run().equals(run)) {
        return Optional.empty();
      }
      boolean wanted = hook.events().isEmpty() || hook.events().contains(type.wire());
      var url = HookSettings.url(hook.url());
      return wanted && url != null && settings.refusal(hook) == null
          ? Optional.of(new Place(url, settings.runSecret()))
          : Optional.empty();
    }

    @Override
    public boolean endsWith(Entry entry) {
      return entry.run().equals(run) && entry.event() instanceof Event.Stopped;
    }
  }
}
