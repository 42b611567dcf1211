package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Retention.Ages;
import io.tidegate.testing.ManualTime;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final long DAY = 86_400_000;

  private final ManualTime time = new ManualTime();
  private final InMemoryShelf shelf = new InMemoryShelf();

  @Test
  void sessionsGoWhenTheirAgentsTimeIsOver() {
    add("a", "brief", Status.IDLE, 2 * DAY);
    add("b", "brief", Status.IDLE, DAY - 1);
    add("c", "other", Status.IDLE, 2 * DAY);
    add("d", "other", Status.IDLE, 31 * DAY);
    add("e", "archive", Status.IDLE, 1_000 * DAY);
    sweepAll(new Ages(30 * DAY, Map.of("brief", DAY, "archive", Ages.FOR_EVER)));
    assertThat(left()).containsExactly("b", "c", "e");
  }

  @Test
  void onlySessionsAtRestGo() {
    add("a", "x", Status.SUSPENDED, 99 * DAY);
    add("b", "x", Status.RUNNING, 99 * DAY);
    add("c", "x", Status.QUEUED, 99 * DAY);
    add("d", "x", Status.IDLE, 99 * DAY);
    sweepAll(new Ages(DAY, Map.of()));
    assertThat(left()).containsExactly("a", "b", "c");
  }

  @Test
  void nothingIsAskedWhenAllIsKeptForEver() {
    add("a", "x", Status.IDLE, 99 * DAY);
    sweepAll(new Ages(null, Map.of("x", Ages.FOR_EVER)));
    assertThat(left()).containsExactly("a");
    assertThat(shelf.asked).isEmpty();
  }

  @Test
  void agentMayBeKeptBrieflyThoughTheRestIsKeptForEver() {
    add("a", "x", Status.IDLE, 2 * DAY);
    add("b", "y", Status.IDLE, 99 * DAY);
    sweepAll(new Ages(null, Map.of("x", DAY)));
    assertThat(left()).containsExactly("b");
  }

  @Test
  void tickLooksAtOnePageAndTheNextGoesOn() {
    for (var id : List.of("a", "b", "c", "d", "e")) {
      add(id, "x", Status.IDLE, 2 * DAY);
    }
    var retention = retention(new Ages(DAY, Map.of()));
    assertThat(retention.tick().result()).isEqualTo(2);
    assertThat(left()).containsExactly("c", "d", "e");
    assertThat(retention.tick().result()).isEqualTo(2);
    assertThat(retention.tick().result()).isEqualTo(1);
    assertThat(left()).isEmpty();
  }

  @Test
  void whoDoesNotLeadDeletesNothing() {
    add("a", "x", Status.IDLE, 2 * DAY);
    shelf.leads = false;
    var retention = retention(new Ages(DAY, Map.of()));
    assertThat(retention.tick().result()).isZero();
    shelf.leads = true;
    assertThat(retention.tick().result()).isEqualTo(1);
  }

  @Test
  void ticksDoNotOverlapAndOneThatFailsIsFollowedByTheNext() {
    add("a", "x", Status.IDLE, 2 * DAY);
    var retention = retention(new Ages(DAY, Map.of()));
    shelf.lead = Promise.promise();
    var slow = retention.tick();
    assertThat(retention.tick().result()).isZero();
    assertThat(shelf.asked).hasSize(1);
    shelf.lead.fail("silent");
    assertThat(slow.failed()).isTrue();
    shelf.lead = null;
    assertThat(retention.tick().result()).isEqualTo(1);
  }

  private Retention retention(Ages ages) {
    return new Retention(shelf, ages, time, "replica-1");
  }

  private void sweepAll(Ages ages) {
    var retention = retention(ages);
    for (int i = 0; i < 5; i++) {
      assertThat(retention.tick().succeeded()).isTrue();
    }
  }

  private void add(String id, String agent, Status status, long age) {
    var session = new SessionId("default", id);
    long at = time.now() - age;
    long made = time.now() - 1_000 * DAY;
    shelf.sessions.put(
        session, new Record(session, agent, status, "", 1, 3, made, at, null, Map.of()));
  }

  private List<String> left() {
    return shelf.sessions.keySet().stream().map(SessionId::id).toList();
  }
}
