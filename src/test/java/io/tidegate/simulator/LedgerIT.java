package io.tidegate.simulator;

import static io.tidegate.simulator.SimulatorClient.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerIT {
  private static final Map<String, Object> ENTRY =
      Map.of("invoice", "INV-1", "amount", 12.5, "currency", "EUR");

  @TempDir private Path folder;
  private Vertx vertx;
  private Simulator ledger;
  private SimulatorClient client;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    open();
  }

  @AfterEach
  void stop() {
    await(ledger.close());
    await(vertx.close());
  }

  @Test
  void theSameKeyPostsOnceAndGetsTheSameAnswer() {
    var first = client.post("/ledger/entries", ENTRY, "idempotency-key", "k1");
    var second = client.post("/ledger/entries", ENTRY, "idempotency-key", "k1");
    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().get("idempotency-replayed")).isEqualTo("true");
    assertThat(summary()).containsEntry("requests", 2).containsEntry("entries", 1);
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() {
    client.post("/ledger/entries", ENTRY, "idempotency-key", "k1");
    var other =
        client.post(
            "/ledger/entries", Map.of("invoice", "2", "amount", 1), "idempotency-key", "k1");
    assertThat(other.status()).isEqualTo(422);
    assertThat(summary()).containsEntry("entries", 1).containsEntry("refused", 1);
  }

  @Test
  void withoutAKeyEachRequestPostsAndTheSummaryTells() {
    client.post("/ledger/entries", ENTRY);
    client.post("/ledger/entries", ENTRY);
    assertThat(summary()).containsEntry("posted_twice", Map.of("INV-1", 2));
  }

  @Test
  void aRequestIsWrittenDownBeforeItIsLookedAt() throws IOException {
    assertThat(client.post("/ledger/entries", "{not json").status()).isEqualTo(422);
    assertThat(client.post("/ledger/entries", Map.of("amount", "much")).status()).isEqualTo(422);
    assertThat(Files.readAllLines(file())).hasSize(2).first().asString().contains("{not json");
    assertThat(client.get("/ledger/requests").json().getJsonArray("items")).hasSize(2);
    assertThat(summary()).containsEntry("requests", 2).containsEntry("entries", 0);
  }

  @Test
  void aRestartKnowsEntriesAndKeys() {
    var before = client.post("/ledger/entries", ENTRY, "idempotency-key", "k1").body();
    restart();
    assertThat(summary()).containsEntry("entries", 1);
    assertThat(client.post("/ledger/entries", ENTRY, "idempotency-key", "k1").body())
        .isEqualTo(before);
    assertThat(summary()).containsEntry("entries", 1).containsEntry("requests", 2);
  }

  @Test
  void aLineThatWasNotFinishedIsCutOff() throws IOException {
    client.post("/ledger/entries", ENTRY, "idempotency-key", "k1");
    Files.writeString(file(), "{\"number\":2,\"at\":1,\"bo", StandardOpenOption.APPEND);
    restart();
    client.post("/ledger/entries", ENTRY, "idempotency-key", "k2");
    restart();
    assertThat(summary()).containsEntry("requests", 2).containsEntry("entries", 2);
  }

  @Test
  void manyRequestsAtOnceAreEachKept() throws IOException {
    var sent =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    client.send(
                        "POST",
                        "/ledger/entries",
                        Map.of("invoice", "INV-" + i, "amount", i),
                        "idempotency-key",
                        "k" + i))
            .toList();
    await(Future.join(sent));
    assertThat(Files.readAllLines(file())).hasSize(200);
    assertThat(client.get("/ledger/entries?after=150&limit=100").json().getJsonArray("items"))
        .hasSize(50);
    assertThat(summary()).containsEntry("invoices_posted", 200);
  }

  @Test
  void toolsPostToALedgerElsewhere() {
    var settings = SimulatorSettings.DEFAULT.withPort(0).withToolMs(0).postingTo(ledger.url());
    var tools = await(Simulator.start(vertx, settings));
    var posted =
        new SimulatorClient(vertx, tools.url())
            .post("/tools/post_entry", ENTRY, "idempotency-key", "k1");
    assertThat(posted.status()).isEqualTo(201);
    assertThat(summary()).containsEntry("keys", 1).containsEntry("invoices_posted", 1);
    await(tools.close());
  }

  private Map<String, Object> summary() {
    return client.get("/ledger/summary").json().getMap();
  }

  private void restart() {
    await(ledger.close());
    open();
  }

  private void open() {
    ledger =
        await(Simulator.start(vertx, SimulatorSettings.DEFAULT.withPort(0).onlyLedger(file())));
    client = new SimulatorClient(vertx, ledger.url());
  }

  private Path file() {
    return folder.resolve("ledger.jsonl");
  }
}
