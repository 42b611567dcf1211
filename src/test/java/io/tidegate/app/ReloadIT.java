package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.http.KeySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that serves while its files are written. */
class ReloadIT {
  private static final String GATEWAY =
      """
      reload: 100ms
      keys:
        - {hash: "${TEST_KEY}", principal: changing, scopes: [admin]}
        - {hash: "HASH", principal: lasting, scopes: [admin]}
      """;

  private static final String ASKS =
      "model: script\ntools: [write]\nrules: [{when: \"tool == 'write'\", then: ask}]\n";
  private static final String ASKS_NOBODY = "model: script\ntools: [write]\n";

  private static final String WRITES_TWICE =
      new Calls()
          .turn("")
          .call("write", "a", 1)
          .turn("")
          .call("write", "b", 1)
          .turn("The end.")
          .script();

  @TempDir private static Path secrets;
  private static Site site;
  private static ServeProcess gateway;

  @BeforeAll
  static void start() throws IOException {
    secret(KeySettings.hash("first"));
    site =
        Site.prepared(
            Map.of(
                "gateway.yaml",
                GATEWAY.replace("HASH", KeySettings.hash("lasting")),
                "agents/writer.yaml",
                ASKS));
    var environment = new HashMap<>(site.environment());
    environment.put("TIDEGATE_SECRETS", secrets.toString());
    environment.put(ServeProcess.LOG_FORMAT, "auto");
    gateway = ServeProcess.start(environment);
  }

  @AfterAll
  static void stop() {
    gateway.kill();
    site.close();
  }

  private static void secret(String value) throws IOException {
    replace(secrets.resolve("TEST_KEY"), value);
  }

  private static void write(String file, String text) throws IOException {
    replace(Path.of(site.environment().get("TIDEGATE_CONFIG")).resolve(file), text);
  }

  private static void replace(Path file, String text) throws IOException {
    var whole = Files.writeString(file.resolveSibling(".whole"), text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Client client() {
    return gateway.client().with("lasting");
  }

  private static String begin() {
    return Site.path(client().post("/v1/runs", Site.request("writer", WRITES_TWICE)).body());
  }

  /** Waits until the run has stopped or waits for people; returns why. */
  private static String rest(String run) {
    return Site.until(
        run + " rests",
        () ->
            Optional.of(client().get(run).body().get("stop"))
                .filter(stop -> !stop.isNull())
                .map(stop -> stop.get("reason").asText()));
  }

  private static JsonNode pending(String run) {
    return Site.until(
        "a call of " + run + " waits",
        () ->
            client()
                .get("/v1/approvals?status=pending")
                .body()
                .get("items")
                .valueStream()
                .filter(item -> item.get("session").asText().equals(Site.session(run)))
                .findFirst());
  }

  private static double metric(String sample) {
    return gateway
        .management()
        .get("/metrics")
        .body()
        .asText()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static double reloads(String outcome) {
    return metric("tidegate_config_reloads_total{outcome=\"" + outcome + "\"}");
  }

  private static void writeAndWait(String file, String text, String outcome) throws IOException {
    double before = reloads(outcome);
    write(file, text);
    Site.until("it is " + outcome, () -> reloads(outcome) > before);
  }

  @Test
  void newRunGoesByTheNewFileAndOneThatWaitsByItsOwn() throws IOException {
    var old = begin();
    assertThat(rest(old)).isEqualTo("approval_pending");
    var first = pending(old).get("call").asText();
    writeAndWait("agents/writer.yaml", ASKS_NOBODY, "applied");
    assertThat(rest(begin())).isEqualTo("completed");
    var decided =
        client()
            .post(
                "/v1/sessions/%s/approvals/%s".formatted(Site.session(old), first),
                "{\"decision\": \"approve\"}");
    assertThat(decided.status()).isEqualTo(200);
    Site.until("it asks again", () -> !pending(old).get("call").asText().equals(first));
    writeAndWait("agents/writer.yaml", ASKS, "applied");
  }

  @Test
  void keyThatIsReplacedIsRefusedAndTheNewOneAccepted() throws IOException {
    assertThat(status("first")).isEqualTo(200);
    double before = reloads("applied");
    secret(KeySettings.hash("second"));
    Site.until("it is applied", () -> reloads("applied") > before);
    assertThat(status("second")).isEqualTo(200);
    assertThat(status("first")).isEqualTo(401);
  }

  private static int status(String key) {
    return gateway.client().with(key).get("/v1/agents").status();
  }

  @Test
  void fileThatIsBrokenChangesNothingUntilItIsMended() throws IOException {
    writeAndWait(
        "agents/writer.yaml", "model: script\ntolls: [write]\n" + "rules: []\n", "refused");
    assertThat(metric("tidegate_config_refused")).isEqualTo(1);
    Site.until(
        "the log tells where and what to change",
        () ->
            gateway
                .complaints()
                .contains("agents/writer.yaml:2:1 tolls: is no known key; did you mean 'tools'?"));
    assertThat(rest(begin())).as("as before").isEqualTo("approval_pending");
    writeAndWait("agents/writer.yaml", ASKS_NOBODY, "applied");
    assertThat(metric("tidegate_config_refused")).isZero();
    assertThat(rest(begin())).isEqualTo("completed");
    writeAndWait("agents/writer.yaml", ASKS, "applied");
  }

  @Test
  void whatNeedsARestartIsNamed() throws IOException {
    var with = GATEWAY.replace("HASH", KeySettings.hash("lasting"));
    writeAndWait("gateway.yaml", with + "drain: 3s\n", "applied");
    assertThat(metric("tidegate_config_awaits_restart")).isEqualTo(1);
    Site.until(
        "the log names it", () -> gateway.complaints().contains("waits for a restart: drain"));
    writeAndWait("gateway.yaml", with, "applied");
    assertThat(metric("tidegate_config_awaits_restart")).isZero();
  }
}
