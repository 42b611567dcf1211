package io.tidegate.session.bundled;

import static io.tidegate.session.Await.await;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledRedisIT {
  @TempDir Path folder;

  private Vertx vertx;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void dataIsThereAfterAStop() throws IOException {
    try (var redis = BundledRedis.start(folder)) {
      set(redis, "kept");
    }
    try (var redis = BundledRedis.start(folder)) {
      assertThat(get(redis)).isEqualTo("kept");
    }
  }

  @Test
  void startsOffTheEventLoop() {
    var redis = await(BundledRedis.start(vertx, folder));
    set(redis, "1");
    redis.close();
  }

  @Test
  void stoppedRedisIsGone() throws IOException {
    var redis = BundledRedis.start(folder);
    var process = serverOf(folder);
    redis.close();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void secondGatewayOnTheFolderIsToldWhoHasIt() throws Exception {
    var other = GatewayProcess.on(folder);
    assertThatThrownBy(() -> BundledRedis.start(folder))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is in use by another gateway (pid " + other.pid() + ")")
        .hasMessageContaining("TIDEGATE_DATA")
        .hasMessageContaining("REDIS_URL");
    other.kill();
  }

  @Test
  void secondGatewayInTheSameProcessIsRefusedAndTheFirstKeepsItsFolder() throws IOException {
    try (var redis = BundledRedis.start(folder)) {
      assertThatThrownBy(() -> BundledRedis.start(folder)).hasMessageContaining("is in use");
      assertThatThrownBy(() -> BundledRedis.start(folder)).hasMessageContaining("is in use");
      set(redis, "mine");
      assertThat(get(redis)).isEqualTo("mine");
    }
  }

  @Test
  void redisOfAKilledGatewayGoesAwayAndItsFolderCanBeUsedAtOnce() throws Exception {
    var other = GatewayProcess.on(folder);
    var orphan = serverOf(folder);
    other.kill();
    try (var redis = BundledRedis.start(folder)) {
      set(redis, "taken over");
      assertThat(get(redis)).isEqualTo("taken over");
      orphan.onExit().get(10, TimeUnit.SECONDS);
      assertThat(get(redis)).isEqualTo("taken over");
    }
  }

  @Test
  void redisOfAKilledGatewayGoesAwayByItself() throws Exception {
    var other = GatewayProcess.on(folder);
    var orphan = serverOf(folder);
    other.kill();
    orphan.onExit().get(10, TimeUnit.SECONDS);
  }

  /** What {@code timeout} and service managers do: they send TERM to the whole group. */
  @Test
  void supervisorStaysThroughTermAndStopsTheServerWhenItsGatewayIsGone() throws Exception {
    var other = GatewayProcess.on(folder);
    var orphan = serverOf(folder);
    var supervisor = orphan.parent().orElseThrow();
    var watch = supervisor.children().filter(child -> !child.equals(orphan)).toList();
    assertThat(watch).isNotEmpty();
    Stream.concat(watch.stream().flatMap(ProcessHandle::descendants), watch.stream())
        .forEach(ProcessHandle::destroy);
    assertThat(supervisor.destroy()).isTrue();
    other.kill();
    orphan.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void leftoverIsStoppedBeforeANewOneStarts() throws Exception {
    BundledRedis.start(folder).close();
    var leftover = unsupervised();
    try (var redis = BundledRedis.start(folder)) {
      assertThat(leftover.isAlive()).isFalse();
      set(redis, "1");
    }
  }

  @Test
  void anotherProcessWithTheLeftoversNumberIsSpared() throws IOException {
    var own = ProcessHandle.current().pid();
    Files.writeString(folder.resolve(RedisConf.PID), own + "\n");
    assertThat(Leftover.find(folder)).isEmpty();
    Files.writeString(folder.resolve(RedisConf.PID), "none\n");
    assertThat(Leftover.find(folder)).isEmpty();
  }

  @Test
  void writeThatWasCutShortByACrashLosesNothingBefore() throws IOException {
    try (var redis = BundledRedis.start(folder)) {
      set(redis, "whole");
    }
    Files.writeString(
        folder.resolve("appendonly.aof"), "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nhal", APPEND);
    try (var redis = BundledRedis.start(folder)) {
      assertThat(get(redis)).isEqualTo("whole");
    }
  }

  @Test
  void folderOfALongOrStrangeNameServes() throws IOException {
    for (var name : List.of("a b #1 %20 \"q\"", "x".repeat(120))) {
      try (var redis = BundledRedis.start(folder.resolve(name))) {
        set(redis, name);
        assertThat(get(redis)).isEqualTo(name);
      }
    }
  }

  @Test
  void folderThatCanNotBeUsedLeavesNoLock() throws IOException {
    var log = Files.createDirectory(folder.resolve(RedisConf.LOG));
    assertThatThrownBy(() -> BundledRedis.start(folder)).isInstanceOf(IOException.class);
    Files.delete(log);
    BundledRedis.start(folder).close();
  }

  @Test
  void executableThatDoesNotRunIsExplained() throws IOException {
    var broken = Files.writeString(folder.resolve("redis-server"), "no program");
    assertThat(broken.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> Executable.checked(broken))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("the bundled Redis can't run here: ")
        .hasMessageContaining("REDIS_URL");
  }

  @Test
  void missingLibraryIsExplained() throws IOException {
    var script = folder.resolve("redis-server");
    Files.writeString(
        script, "#!/bin/sh\necho 'libssl.so.3: cannot open shared object file' >&2\nexit 127\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> Executable.checked(script)).hasMessageContaining("libssl.so.3");
  }

  /** A Redis of the folder that has no gateway any more. */
  private Process unsupervised() throws IOException, InterruptedException {
    var executable = Executable.in(folder.resolve("bin")).toString();
    var process = new ProcessBuilder(executable, RedisConf.FILE).directory(folder.toFile()).start();
    var probe = new Probe(new Address.Unix(folder.toRealPath().resolve("redis.sock")));
    while (probe.ask() != Probe.Answer.READY) {
      assertThat(process.waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    return process;
  }

  private static ProcessHandle serverOf(Path folder) throws IOException {
    return Leftover.find(folder).orElseThrow();
  }

  private void set(BundledRedis redis, String value) {
    send(redis, Request.cmd(Command.SET).arg("k").arg(value));
  }

  private String get(BundledRedis redis) {
    return send(redis, Request.cmd(Command.GET).arg("k"));
  }

  private String send(BundledRedis redis, Request request) {
    var client = Redis.createClient(vertx, redis.url());
    try {
      return await(client.send(request)).toString();
    } finally {
      await(client.close());
    }
  }
}
