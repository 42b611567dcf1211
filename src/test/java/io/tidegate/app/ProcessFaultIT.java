package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the gateway's process starts, stops, and says why it does not. */
class ProcessFaultIT {
  private final Site site = Site.prepared(Map.of());

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void killedGatewayLeavesNoRedisBehind() {
    site.start();
    var orphan = site.redis().orElseThrow();
    site.gateway().kill();
    assertThat(orphan.onExit().orTimeout(10, TimeUnit.SECONDS).join().isAlive()).isFalse();
  }

  @Test
  void secondGatewayOnAFolderInUseSaysSoAndTheFirstGoesOn() {
    site.start();
    var second = ServeProcess.launch(site.environment());
    assertThat(second.exitStatus()).isEqualTo(1);
    assertThat(second.complaints())
        .contains("Tidegate can't start")
        .contains("is in use by another gateway (pid " + site.gateway().handle().pid() + ")")
        .contains("TIDEGATE_DATA");
    var run = site.begin("worker", Calls.one("look", "still-served", 1));
    assertThat(site.rest(run).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void gatewayThatIsToldToStopStopsItsRedisAndWhatItHadUnderWayGoesOnAfterTheNextStart() {
    site.start();
    var done = site.begin("worker", Calls.one("put", "done", 1));
    site.rest(done);
    var reads = site.begin("worker", Calls.one("look", "slow-read", 4_500));
    var talks = site.begin("worker", new Calls().turn("word ".repeat(800)).script());
    var writes = site.begin("worker", Calls.one("write", "slow-write", 1_000));
    Site.until("both are under way", () -> site.tools().uses().size() == 3);
    var redis = site.redis().orElseThrow();
    long toldAt = System.nanoTime();
    site.gateway().terminate();
    assertThat(site.gateway().exitStatus()).isIn(0, 143);
    long ms = Duration.ofNanos(System.nanoTime() - toldAt).toMillis();
    System.out.println("stopped within " + ms + " ms");
    assertThat(ms).isLessThan(20_000);
    assertThat(redis.isAlive()).isFalse();
    site.start();
    assertThat(site.rest(done).get("reason").asText()).isEqualTo("completed");
    assertThat(site.rest(reads).get("reason").asText()).isEqualTo("completed");
    assertThat(site.rest(talks).get("reason").asText()).isEqualTo("completed");
    assertThat(site.rest(talks).get("output").asText().strip())
        .isEqualTo("word ".repeat(800).strip());
    // The write came back while the gateway was stopping, so nobody needs to be asked about it.
    assertThat(site.rest(writes).get("reason").asText()).isEqualTo("completed");
    assertThat(site.tools().uses("slow-write")).hasSize(1);
    assertThat(transcript(reads)).contains("slow-read").doesNotContain("\"error\":true");
    assertThat(transcript(writes)).contains("slow-write").doesNotContain("\"error\":true");
    assertThat(site.gateway().complaints()).doesNotContain("ERROR");
  }

  private String transcript(String path) {
    return site.client().get("/v1/sessions/" + Site.session(path)).body().get("transcript") + "";
  }

  @Test
  void invalidConfigurationNamesAllItsErrorsAtOnce() {
    var broken =
        Site.prepared(
            Map.of(
                "gateway.yaml", "http: {port: 99999999}\nlimitz: {}\n",
                "agents/lost.yaml", "model: nowhere\ntools: [nothing]\n"));
    try {
      var gateway = ServeProcess.launch(broken.environment());
      assertThat(gateway.exitStatus()).isEqualTo(2);
      assertThat(gateway.complaints())
          .contains("http.port")
          .contains("limitz")
          .contains("nowhere")
          .contains("nothing");
      assertThat(broken.data()).doesNotExist();
    } finally {
      broken.close();
    }
  }

  @Test
  void portInUseIsNamedWithWhatToChange() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      var api = ServeProcess.launch(site.environment("TIDEGATE_HTTP_PORT", port));
      assertThat(api.exitStatus()).isEqualTo(1);
      assertThat(api.complaints())
          .contains("Tidegate can't start")
          .contains(port)
          .contains("TIDEGATE_HTTP_PORT");
      var management = ServeProcess.launch(site.environment("TIDEGATE_MANAGEMENT_PORT", port));
      assertThat(management.exitStatus()).isEqualTo(1);
      assertThat(management.complaints()).contains(port).contains("TIDEGATE_MANAGEMENT_PORT");
      assertThat(site.redis().filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void redisThatCanNotBeReachedEndsTheStartWithinBoundsAndKeepsThePasswordToItself()
      throws IOException {
    var environment = new HashMap<>(site.environment());
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("REDIS_URL", "redis://:hush@127.0.0.1:" + closed.getLocalPort());
    }
    long begun = System.nanoTime();
    var gateway = ServeProcess.launch(environment);
    assertThat(gateway.exitStatus()).isEqualTo(1);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    assertThat(gateway.complaints())
        .contains("Tidegate can't start")
        .contains("REDIS_URL")
        .doesNotContain("hush");
  }
}
