package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.InMemoryReplicas;
import io.tidegate.testing.InMemoryWorkQueue;
import io.tidegate.testing.ManualTime;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the indexes lost is found in the records. */
class CensusTest {
  private static final int LONG = 1_000_000_000;

  private final ManualTime time = new ManualTime();
  private final InMemoryReplicas replicas = new InMemoryReplicas(time, new InMemoryJournal(time));
  private final InMemoryWorkQueue queue = new InMemoryWorkQueue(time);
  private final InMemoryShelf shelf = new InMemoryShelf();
  private final Census census = new Census(shelf, replicas, queue, time, "me");

  @Test
  void whatNobodyDrivesIsPutInLineOnce() {
    replicas.enter("alive", LONG);
    put("a-driven", Status.RUNNING, "alive");
    put("b-idle", Status.IDLE, "");
    put("c-suspended", Status.SUSPENDED, "dead");
    put("d-orphan", Status.RUNNING, "dead");
    put("e-waiting", Status.QUEUED, "");
    time.advance(Census.SETTLED_MS + 1);
    int found = 0;
    for (int tick = 0; tick < 6; tick++) {
      found += await(census.tick());
    }
    assertThat(found).isEqualTo(4); // Pages of two: it went through them twice.
    assertThat(await(queue.size())).isEqualTo(2);
    assertThat(await(queue.take("alive", 10, Map.of())))
        .extracting(SessionId::id)
        .containsExactly("d-orphan", "e-waiting");
  }

  @Test
  void whatChangedJustNowIsLeftAlone() {
    put("fresh", Status.RUNNING, "dead");
    time.advance(Census.SETTLED_MS - 1);
    assertThat(await(census.tick())).isZero();
    time.advance(2);
    assertThat(await(census.tick())).isEqualTo(1);
  }

  @Test
  void whatWantsAnAlarmHasIt() {
    put("a-running", Status.RUNNING, "dead", Map.of(Record.ALARM, "5000"));
    put("b-suspended", Status.SUSPENDED, "", Map.of(Record.ALARM, "7000"));
    put("c-decided", Status.SUSPENDED, "", Map.of(Record.ALARM, "0"));
    put("d-idle", Status.IDLE, "", Map.of(Record.ALARM, "9000"));
    time.advance(Census.SETTLED_MS + 1);
    for (int tick = 0; tick < 2; tick++) {
      await(census.tick());
    }
    assertThat(shelf.alarms)
        .containsOnly(
            Map.entry(new SessionId("default", "a-running"), 5_000L),
            Map.entry(new SessionId("default", "b-suspended"), 7_000L));
  }

  @Test
  void whoDoesNotLeadLooksAtNothing() {
    put("orphan", Status.RUNNING, "dead");
    time.advance(Census.SETTLED_MS + 1);
    shelf.leads = false;
    assertThat(await(census.tick())).isZero();
    assertThat(shelf.asked).isEqualTo(List.of("me"));
  }

  private void put(String id, Status status, String owner) {
    put(id, status, owner, Map.of());
  }

  private void put(String id, Status status, String owner, Map<String, String> meta) {
    var session = new SessionId("default", id);
    long at = time.now();
    shelf.sessions.put(
        session, new Record(session, "agent", status, owner, 1, 3, at, at, null, meta));
  }

  private static <T> T await(Future<T> future) {
    assertThat(future.succeeded()).isTrue();
    return future.result();
  }
}
