package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.app.demo.Billed.Bill;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who falls ill in the chaos demo: model A and model B, each a process of its own. B's process has
 * the goods receipts too. Model C is played by the simulator, which stays well.
 */
final class Cast implements AutoCloseable {
  static final String RECEIPTS = "lookup_receipt";

  private final Map<Player, URI> urls = new EnumMap<>(Player.class);
  private final Path folder;
  private final URI simulator;
  private final ChildProcess modelB;
  private @Nullable ChildProcess modelA;
  private Bill earlierA = Bill.NONE;

  private Cast(Path folder, URI simulator) {
    this.folder = folder;
    this.simulator = simulator;
    urls.put(Player.A, Stage.freeUrl());
    urls.put(Player.B, Stage.freeUrl());
    urls.put(Player.C, simulator);
    modelB = start(Player.B, "MODEL,TOOLS");
    modelA = start(Player.A, "MODEL");
  }

  /** Starts both, and waits until they are ready. */
  static Cast start(Path folder, URI simulator) throws InterruptedException {
    var cast = new Cast(folder, simulator);
    try {
      cast.awaitReady(cast.modelB, Player.B);
      cast.awaitA();
      return cast;
    } catch (RuntimeException | InterruptedException e) {
      cast.close();
      throw e;
    }
  }

  private ChildProcess start(Player player, String roles) {
    return ChildProcess.start(
        folder.resolve("model-" + player.provider() + ".log"),
        Map.of(),
        List.of(
            "simulator",
            "--port=" + url(player).getPort(),
            "--roles=" + roles,
            "--ledger-url=" + simulator));
  }

  private void awaitA() throws InterruptedException {
    if (modelA != null) {
      awaitReady(modelA, Player.A);
    }
  }

  private void awaitReady(ChildProcess process, Player player) throws InterruptedException {
    Stage.awaitReady(process, url(player).resolve("/health"));
  }

  URI url(Player player) {
    return urls.getOrDefault(player, simulator);
  }

  /** What the configuration asks for. */
  Map<String, String> environment() {
    var environment = new HashMap<String, String>();
    urls.forEach((player, url) -> environment.putAll(player.environment(url.toString())));
    environment.put("TIDEGATE_DEMO_RECEIPTS_URL", url(Player.B).toString());
    return environment;
  }

  /** What the gateway calls the breaker of the goods receipts. */
  String receiptsBreaker() {
    return "tool:" + url(Player.B);
  }

  private GatewayApi api(Player player) {
    return new GatewayApi(url(player));
  }

  /** A model's fault from now on, in place of those that it had. */
  void fault(Player player, Map<String, Object> order) throws InterruptedException {
    recover(player);
    api(player).send("PUT", "/admin/faults", order);
  }

  void recover(Player player) throws InterruptedException {
    api(player).send("DELETE", "/admin/faults", Map.of());
  }

  /** How many questions reached it since it started. */
  long asked(Player player) throws InterruptedException {
    return api(player).get("/admin/requests").path("count").asLong();
  }

  /** Kills model A. What it had billed is kept. */
  void killA() throws InterruptedException {
    earlierA = billed(Player.A);
    if (modelA != null) {
      modelA.kill();
      modelA = null;
    }
  }

  void startA() throws InterruptedException {
    modelA = start(Player.A, "MODEL");
    awaitA();
  }

  /** What it billed, before and after its death. */
  Bill billed(Player player) throws InterruptedException {
    var sum = player == Player.A ? earlierA : Bill.NONE;
    for (JsonNode item : api(player).get("/admin/bills").path("items")) {
      sum = sum.plus(Bill.of(item));
    }
    return sum;
  }

  @Override
  public void close() {
    if (modelA != null) {
      modelA.close();
    }
    modelB.close();
  }
}
