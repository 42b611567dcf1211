package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis dies or freezes under a gateway that has work to do. */
class RedisGoneFaultIT {
  private final Site site = Site.open();

  @AfterEach
  void close() {
    site.close();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private Crowd crowd() {
    return new Crowd(site, Seed.random(), 24);
  }

  private void checkAll(Crowd crowd) {
    assertThat(crowd.settle()).as("writes that are unknown though the gateway lived").isZero();
    crowd.check();
  }

  @Test
  void redisThatIsKilledIsStartedAgainAndRunsGoOn() {
    var crowd = crowd();
    crowd.ask();
    var first = site.redis().orElseThrow();
    first.destroyForcibly();
    long killedAt = System.nanoTime();
    var management = site.gateway().management();
    Site.until(
        "another serves",
        () ->
            site.redis().filter(now -> now.pid() != first.pid()).isPresent()
                && management.get("/health/ready").status() == 200);
    System.out.printf(
        "ready %d ms after Redis was killed%n",
        Duration.ofNanos(System.nanoTime() - killedAt).toMillis());
    crowd.ask();
    checkAll(crowd);
    assertThat(site.gateway().isAlive()).isTrue();
  }

  @Test
  void redisThatFreezesStopsTheWorkAndNotTheGateway() throws Exception {
    var crowd = crowd();
    crowd.ask();
    var management = site.gateway().management();
    assertThat(management.get("/health/ready").status()).isEqualTo(200);
    var client = site.client();
    var made = client.post("/v1/sessions", "{\"agent\": \"worker\"}");
    var follower = Follower.of(site.gateway(), made.text("/id"), "");
    follower.await("it is there", event -> event.type().equals("session.opened"));
    var redis = site.redis().orElseThrow();
    signal("STOP", redis);
    try {
      var before = cpu();
      long frozenAt = System.nanoTime();
      Site.until("it is not ready", () -> management.get("/health/ready").status() == 503);
      assertThat(management.get("/health/live").status()).isEqualTo(200);
      TimeUnit.NANOSECONDS.sleep(frozenAt + 6_000_000_000L - System.nanoTime());
      var spent = cpu().minus(before);
      System.out.println("CPU time while Redis was frozen: " + spent.toMillis() + " ms");
      assertThat(spent).isLessThan(Duration.ofSeconds(3));
      follower.await("clients are told", event -> event.type().equals("gateway.degraded"));
    } finally {
      signal("CONT", redis);
    }
    Site.until("it is ready again", () -> management.get("/health/ready").status() == 200);
    follower.await("clients are told", event -> event.type().equals("gateway.recovered"));
    assertThat(follower.events())
        .extracting(Client.Event::type)
        .containsExactly("session.opened", "gateway.degraded", "gateway.recovered");
    follower.close();
    assertThat(client.delete("/v1/sessions/" + made.text("/id")).status()).isEqualTo(204);
    checkAll(crowd);
    assertThat(site.gateway().complaints()).doesNotContain("ERROR");
  }

  private Duration cpu() throws IOException {
    return site.gateway().handle().info().totalCpuDuration().orElseThrow();
  }
}
