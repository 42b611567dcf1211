package io.tidegate.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with its real processes. */
class DemoFaultIT {
  @TempDir private Path data;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void allAddsUpThoughTheGatewayIsKilledInTheMiddle() throws Exception {
    try (var killer = new Killer()) {
      assertThat(demo(120)).as("%s", printed).isTrue();
      killer.killed.get(1, TimeUnit.SECONDS);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("1 of the gateway")
        .contains("All adds up");
  }

  private boolean demo(int invoices) throws InterruptedException {
    var settings = new DemoSettings(invoices, 16, 1, 0.02, data, false, false, false);
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new Demo(settings, out).run();
  }

  /** Kills the gateway once, when the ledger has its first entries. */
  private final class Killer implements AutoCloseable {
    private static final int ENTRIES = 10;

    private final CompletableFuture<Void> killed = new CompletableFuture<>();
    private final Thread thread = Thread.ofVirtual().start(this::killInTheMiddle);

    private void killInTheMiddle() {
      try {
        while (entries() < ENTRIES) {
          Thread.sleep(20);
        }
        gateway().destroyForcibly();
        killed.complete(null);
      } catch (InterruptedException | IOException | RuntimeException e) {
        killed.completeExceptionally(e);
      }
    }

    private long entries() throws IOException {
      try (var files = Files.walk(data, 2)) {
        var ledger = files.filter(file -> file.endsWith("ledger.jsonl")).findFirst();
        return ledger.isEmpty() ? 0 : Files.readAllLines(ledger.get()).size();
      }
    }

    /** The demo starts it last. */
    private ProcessHandle gateway() {
      return ProcessHandle.current()
          .children()
          .max(Comparator.comparing(this::started).thenComparing(ProcessHandle::pid))
          .orElseThrow();
    }

    private Instant started(ProcessHandle process) {
      return process.info().startInstant().orElse(Instant.MIN);
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
