package io.tidegate.run;

import io.tidegate.loop.RunState;
import io.tidegate.run.Journal.Appended;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells other replicas things, and hears what they tell. */
final class Neighbours {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

  private final Replicas replicas;
  private volatile String me = "";
  private Consumer<Message> onMessage = _ -> {};
  private Runnable onGap = () -> {};
  private Replicas.@Nullable Hearing hearing;

  Neighbours(Replicas replicas) {
    this.replicas = replicas;
  }

  /** Called once, before anything is heard. */
  void listen(Consumer<Message> messages, Runnable gaps) {
    onMessage = messages;
    onGap = gaps;
  }

  /** Hears what is told to that incarnation from now on, and to no other. */
  synchronized void become(String incarnation) {
    fallSilent();
    me = incarnation;
    hearing = replicas.hear(incarnation, this::hear, onGap);
  }

  synchronized void fallSilent() {
    if (hearing != null) {
      hearing.close();
      hearing = null;
    }
  }

  private void hear(Message message) {
    try {
      onMessage.accept(message);
    } catch (RuntimeException bug) {
      LOG.error("a message could not be dealt with", bug);
    }
  }

  String me() {
    return me;
  }

  /** Tells one replica; what this one tells itself it hears at once. */
  void tell(String replica, Message message) {
    if (replica.equals(me)) {
      hear(message);
    } else if (!replica.isEmpty()) {
      replicas
          .tell(replica, message)
          .onFailure(why -> LOG.debug("{} was not told: {}", replica, why.getMessage()));
    }
  }

  /** Somebody who does not own the session has appended facts. */
  void factsAdded(SessionId session, RunState after, Appended appended) {
    long head = after.head();
    if (!appended.owner().equals(me)) {
      tell(appended.owner(), new Message.FactsAdded(session, head, after.tag()));
    }
    appended.listeners().stream()
        .filter(listener -> !listener.equals(me))
        .forEach(listener -> tell(listener, new Message.Grew(session, head)));
  }

  /** A session waits for a process. */
  void workWaits() {
    replicas
        .living()
        .onSuccess(all -> all.forEach(replica -> tell(replica, new Message.WorkWaits())));
  }
}
