package io.tidegate.meter.trace;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans on their way to the collector. Whoever makes one never waits: it is dropped and counted if
 * too many are there already. One thread of its own sends them, some at a time.
 */
final class SpanQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpanQueue.class);
  static final int LONGEST = 8_192;
  private static final int MOST_AT_ONCE = 512;

  /** How long spans wait for others to go with them, in milliseconds. */
  private static final long PAUSE_MS = 500;

  /** How long what is left may take when the gateway stops, in milliseconds. */
  private static final long GRACE_MS = 3_000;

  private final BlockingQueue<SpanData> waiting = new ArrayBlockingQueue<>(LONGEST);
  private final SpanExporter exporter;
  private final Thread sender;
  private final Counter sent;
  private final Counter dropped;
  private final Counter failed;
  private volatile boolean closing;
  private boolean failing;

  SpanQueue(SpanExporter exporter, MeterRegistry registry) {
    this.exporter = exporter;
    this.sent = counter("sent", registry);
    this.dropped = counter("dropped", registry);
    this.failed = counter("failed", registry);
    this.sender = Thread.ofPlatform().daemon().name("traces").unstarted(this::sendAll);
  }

  private static Counter counter(String outcome, MeterRegistry registry) {
    return Counter.builder("tidegate.trace.spans")
        .description("Spans that ended, by what became of them on the way to the collector")
        .tag("outcome", outcome)
        .register(registry);
  }

  SpanQueue start() {
    sender.start();
    return this;
  }

  void add(SpanData span) {
    if (!waiting.offer(span)) {
      dropped.increment();
    }
  }

  private void sendAll() {
    while (!closing || !waiting.isEmpty()) {
      try {
        var batch = batch();
        if (!batch.isEmpty()) {
          send(batch);
        }
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private List<SpanData> batch() throws InterruptedException {
    var batch = new ArrayList<SpanData>();
    var first = waiting.poll(PAUSE_MS, TimeUnit.MILLISECONDS);
    if (first == null) {
      return batch;
    }
    batch.add(first);
    if (!closing && waiting.size() < MOST_AT_ONCE) {
      Thread.sleep(PAUSE_MS);
    }
    waiting.drainTo(batch, MOST_AT_ONCE - 1);
    return batch;
  }

  private void send(List<SpanData> batch) {
    var result = exporter.export(batch).join(2 * GRACE_MS, TimeUnit.MILLISECONDS);
    boolean done = result.isSuccess();
    (done ? sent : failed).increment(batch.size());
    if (!done && !failing) {
      LOG.warn("traces can't be sent: the collector does not take them");
    } else if (done && failing) {
      LOG.info("the collector takes traces again");
    }
    failing = !done;
  }

  /** Sends what is left, unless that takes too long. Blocks. */
  @Override
  public void close() {
    closing = true;
    try {
      sender.join(GRACE_MS);
      sender.interrupt();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    exporter.shutdown();
  }
}
