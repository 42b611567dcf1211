package io.tidegate.http;

import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.tidegate.stream.Feeds;
import io.tidegate.stream.Subscription;
import io.tidegate.stream.Until;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sessions that one WebSocket sees; at most one subscription a session. */
final class SocketSubscriptions {
  private static final int MOST = 256;

  private final Socket socket;
  private final Feeds feeds;
  private final Sessions sessions;
  private final Caller caller;
  private final Map<SessionId, SocketSubscription> open = new HashMap<>();
  private int reserved;
  private boolean closed;

  SocketSubscriptions(Socket socket, Feeds feeds, Sessions sessions, Caller caller) {
    this.socket = socket;
    this.feeds = feeds;
    this.sessions = sessions;
    this.caller = caller;
  }

  /** Makes sure that there is room before anything is begun. */
  void reserve() {
    if (open.size() + reserved >= MOST) {
      throw Problem.overloaded(
          "A WebSocket sees " + MOST + " sessions at most: unsubscribe from one, or open another.");
    }
    reserved++;
  }

  void release() {
    reserved--;
  }

  /** Shows the session from a seq on, until the client has seen enough of it. */
  void subscribe(Place place) {
    unsubscribe(place.session());
    open(place, true);
  }

  /** Shows the run's session until the run has stopped. */
  void watch(Sessions.Started started, OnDisconnect onDisconnect) {
    if (closed) {
      onDisconnect.clientGone(sessions, started.session(), started.run(), caller);
      return;
    }
    var known = open.get(started.session());
    if (known != null && started.repeated()) {
      return;
    }
    var subscription = known != null ? known : open(Place.of(started), false);
    subscription.watch(started.run(), onDisconnect);
  }

  private SocketSubscription open(Place place, boolean lasting) {
    var session = place.session();
    var subscription = new SocketSubscription(socket, this, session, lasting);
    if (!closed) {
      open.put(session, subscription);
      var wish = new Subscription(session, place.after(), place.generation(), Until.FOREVER);
      subscription.begin(feeds.open(socket.eventLoop(), wish, subscription));
    }
    return subscription;
  }

  void unsubscribe(SessionId session) {
    var subscription = open.remove(session);
    if (subscription != null) {
      subscription.close();
    }
  }

  /** The client is sent elsewhere: its runs go on without it. */
  void leave() {
    closed = true;
    open.values().forEach(SocketSubscription::close);
    open.clear();
  }

  /** The client is gone. */
  void close() {
    closed = true;
    List.copyOf(open.values()).forEach(this::abandon);
    open.clear();
  }

  private void abandon(SocketSubscription subscription) {
    subscription.close();
    subscription
        .runs()
        .forEach(
            (run, onDisconnect) ->
                onDisconnect.clientGone(sessions, subscription.session(), run, caller));
  }
}
