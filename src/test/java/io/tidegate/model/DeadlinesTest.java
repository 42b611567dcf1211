package io.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Pin.Timeout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final ManualTime time = new ManualTime();
  private final List<String> missed = new ArrayList<>();
  private final Deadlines deadlines =
      new Deadlines(time, new Timeout(100, 1_000, 300, 2_000), missed::add);

  @Test
  void connectingHasItsDeadline() {
    deadlines.start();
    time.advance(99);
    assertThat(missed).isEmpty();
    time.advance(1);
    assertThat(missed).singleElement().asString().contains("within 100 ms").contains("connect");
  }

  @Test
  void theFirstChunkHasItsDeadlineFromTheRequestOn() {
    deadlines.start();
    time.advance(50);
    deadlines.sent();
    time.advance(999);
    assertThat(missed).isEmpty();
    time.advance(1);
    assertThat(missed).singleElement().asString().contains("1000 ms").contains("first-chunk");
  }

  @Test
  void eachChunkMovesTheDeadline() {
    deadlines.start();
    deadlines.sent();
    for (int i = 0; i < 5; i++) {
      deadlines.chunk();
      time.advance(299);
    }
    assertThat(missed).isEmpty();
    time.advance(1);
    assertThat(missed).singleElement().asString().contains("300 ms").contains("between-chunks");
  }

  @Test
  void aStreamOfChunksHasItsEnd() {
    deadlines.start();
    deadlines.sent();
    for (int i = 0; i < 20; i++) {
      deadlines.chunk();
      time.advance(100);
    }
    assertThat(missed).singleElement().asString().contains("2000 ms").contains("total");
  }

  @Test
  void manyChunksShareOneTimer() {
    deadlines.start();
    deadlines.sent();
    for (int i = 0; i < 1_000; i++) {
      deadlines.chunk();
      assertThat(time.waiting()).isEqualTo(1);
      time.advance(1);
    }
  }

  @Test
  void nothingIsMissedAfterTheStop() {
    deadlines.start();
    deadlines.stop();
    time.advance(10_000);
    assertThat(missed).isEmpty();
    assertThat(time.waiting()).isZero();
  }
}
