package io.tidegate.http;

import io.tidegate.run.SessionId;
import io.tidegate.stream.ClientSink;
import io.tidegate.stream.Feed;
import io.tidegate.stream.PublicEvent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One session as one WebSocket sees it. */
final class SocketSubscription implements ClientSink {
  private final Socket socket;
  private final SocketSubscriptions owner;
  private final SessionId session;
  private final boolean lasting;
  private final Map<String, OnDisconnect> runs = new HashMap<>();
  private @Nullable Feed feed;

  /**
   * A subscription that has not begun.
   *
   * @param lasting whether it outlives the runs that were started with it
   */
  SocketSubscription(Socket socket, SocketSubscriptions owner, SessionId session, boolean lasting) {
    this.socket = socket;
    this.owner = owner;
    this.session = session;
    this.lasting = lasting;
  }

  void begin(Feed begun) {
    feed = begun;
  }

  /** The socket started this run, and sees it through. */
  void watch(String run, OnDisconnect onDisconnect) {
    runs.put(run, onDisconnect);
  }

  SessionId session() {
    return session;
  }

  /** The runs that the socket started and that have not stopped, as far as it has seen. */
  Map<String, OnDisconnect> runs() {
    return runs;
  }

  void close() {
    if (feed != null) {
      feed.close();
    }
  }

  @Override
  public void send(PublicEvent event) {
    socket.send(event.json());
    if (!runs.isEmpty() && event.type().equals("run.stopped")) {
      runs.remove(event.json().toJsonObject().getString("run"));
      if (runs.isEmpty() && !lasting) {
        owner.unsubscribe(session);
      }
    }
  }

  @Override
  public boolean full() {
    return socket.full();
  }

  @Override
  public void whenRoom(Runnable task) {
    socket.whenRoom(task);
  }

  @Override
  public void end() {
    socket.send(Wire.write(Wire.object().put("type", "unsubscribed").put("session", session.id())));
    owner.unsubscribe(session);
  }
}
