package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * A client that follows one session to the end of its run, and goes to another gateway each time
 * that its connection breaks or its patience ends, with the last id that it has seen.
 */
final class Hopper {
  private final Fleet fleet;
  private final String session;
  private final long patienceMs;
  private final Random random;
  private final List<JsonNode> durable = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile int hops;
  private volatile boolean over;

  Hopper(Fleet fleet, String session, long patienceMs, Random random) {
    this.fleet = fleet;
    this.session = session;
    this.patienceMs = patienceMs;
    this.random = random;
    this.thread = Thread.ofVirtual().start(this::follow);
  }

  /** The events that are in the journal, in the order in which they came. */
  List<JsonNode> durable() {
    return List.copyOf(durable);
  }

  int hops() {
    return hops;
  }

  /** Waits until it has seen the end of the run, and holds what it saw against the journal. */
  void check() {
    Site.until("the client of " + session + " sees the end", () -> !thread.isAlive());
    assertThat(durable).as(session).isEqualTo(fleet.client().history(session));
  }

  private void follow() {
    var last = "";
    try {
      for (int at = random.nextInt(fleet.size()); !over; at = (at + 1) % fleet.size()) {
        if (fleet.serves(at)) {
          last = look(at, last);
          hops++;
        }
        Site.until("a gateway serves", () -> over || anyServes());
      }
    } catch (InterruptedException _) {
      // It was told to end.
    }
  }

  private boolean anyServes() {
    return IntStream.range(0, fleet.size()).anyMatch(fleet::serves);
  }

  private String look(int at, String last) throws InterruptedException {
    var follower = Follower.at(fleet.url(at), session, last);
    follower.awaitEnd(patienceMs);
    follower.close();
    follower.awaitEnd();
    follower.durable().forEach(event -> durable.add(event.data()));
    over = over || follower.durable().stream().anyMatch(e -> e.type().equals("run.stopped"));
    return follower.durable().isEmpty() ? last : follower.lastEventId();
  }
}
