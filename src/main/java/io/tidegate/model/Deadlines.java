package io.tidegate.model;

import io.tidegate.loop.Pin.Timeout;
import io.tidegate.run.Time;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one model call: connect, first chunk, between chunks, and in all.
 *
 * <p>One timer serves them all. A chunk only moves the deadline; the timer that wakes too early for
 * it is set again. So a stream of many chunks costs a look at the clock each, and few timers.
 */
final class Deadlines {
  private static final long NANOS_PER_MS = 1_000_000;

  private final Time time;
  private final Timeout timeout;
  private final Consumer<String> missed;
  private Time.@Nullable Timer timer;
  private long timerAt;
  private long totalAt;
  private long stageAt;
  private Stage stage = Stage.CONNECT;

  /** What is waited for. */
  private enum Stage {
    CONNECT("no connection was free or could be made", "connect"),
    FIRST_CHUNK("nothing came back", "first-chunk"),
    BETWEEN_CHUNKS("the reply stalled, nothing more came", "between-chunks"),
    TOTAL("the reply was not complete", "total");

    private final String sentence;
    private final String key;

    Stage(String sentence, String key) {
      this.sentence = sentence;
      this.key = key;
    }

    String missed(long ms) {
      return sentence + " within " + ms + " ms (the target's timeout." + key + ")";
    }
  }

  /** Deadlines that tell, by a sentence, which of them was missed. */
  Deadlines(Time time, Timeout timeout, Consumer<String> missed) {
    this.time = time;
    this.timeout = timeout;
    this.missed = missed;
  }

  void start() {
    long now = time.nanos();
    totalAt = now + timeout.totalMs() * NANOS_PER_MS;
    enter(Stage.CONNECT, now);
  }

  /** The request is on its way. */
  void sent() {
    enter(Stage.FIRST_CHUNK, time.nanos());
  }

  /** Bytes of the reply came. */
  void chunk() {
    enter(Stage.BETWEEN_CHUNKS, time.nanos());
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void enter(Stage entered, long now) {
    stage = entered;
    stageAt = now + ms(entered) * NANOS_PER_MS;
    if (timer == null || next() - timerAt < 0) {
      stop();
      arm(now);
    }
  }

  private void arm(long now) {
    timerAt = next();
    timer = time.after(Math.max(1, Math.ceilDiv(timerAt - now, NANOS_PER_MS)), this::wake);
  }

  private void wake() {
    timer = null;
    long now = time.nanos();
    if (now - totalAt >= 0) {
      missed.accept(Stage.TOTAL.missed(timeout.totalMs()));
    } else if (now - stageAt >= 0) {
      missed.accept(stage.missed(ms(stage)));
    } else {
      arm(now);
    }
  }

  private long ms(Stage of) {
    return switch (of) {
      case CONNECT -> timeout.connectMs();
      case FIRST_CHUNK -> timeout.firstChunkMs();
      case BETWEEN_CHUNKS -> timeout.betweenChunksMs();
      case TOTAL -> timeout.totalMs();
    };
  }

  private long next() {
    return totalAt - stageAt < 0 ? totalAt : stageAt;
  }
}
