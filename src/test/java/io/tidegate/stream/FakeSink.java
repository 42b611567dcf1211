package io.tidegate.stream;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A connection that is full when a number of events waits in it for its client to read. */
final class FakeSink implements ClientSink {
  private final int limit;
  private final List<PublicEvent> sent = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private int unread;
  private boolean ended;

  FakeSink(int limit) {
    this.limit = limit;
  }

  /** A connection that is never full. */
  static FakeSink fast() {
    return new FakeSink(Integer.MAX_VALUE);
  }

  @Override
  public void send(PublicEvent event) {
    if (ended) {
      throw new IllegalStateException("sent after the end: " + event.json());
    }
    sent.add(event);
    unread++;
  }

  @Override
  public boolean full() {
    return unread >= limit;
  }

  @Override
  public void whenRoom(Runnable task) {
    waiting.add(task);
  }

  @Override
  public void end() {
    ended = true;
  }

  /** The client reads all that waits for it. */
  void read() {
    unread = 0;
    var tasks = List.copyOf(waiting);
    waiting.clear();
    tasks.forEach(Runnable::run);
  }

  boolean ended() {
    return ended;
  }

  List<PublicEvent> sent() {
    return sent;
  }

  List<String> types() {
    return sent.stream().map(PublicEvent::type).toList();
  }

  List<Long> seqs() {
    return sent.stream().filter(PublicEvent::durable).map(PublicEvent::seq).toList();
  }

  JsonObject json(int index) {
    return new JsonObject(sent.get(index).json());
  }
}
