package io.tidegate.app;

import io.tidegate.session.bundled.BundledRedis;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two gateways, each a process of its own, with the demo's agent and tools beside those that fare
 * badly: of two simulators one is ill, and half of all webhooks are refused.
 */
final class Ward implements AutoCloseable {
  private static final int GATEWAYS = 2;

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BundledRedis redis;
  private final Collector collector = Collector.start();
  private final AtomicInteger hooks = new AtomicInteger();
  private final List<ServeProcess> gateways;

  private Ward(Path folder) throws IOException {
    this.folder = folder;
    this.redis = BundledRedis.start(folder.resolve("redis"));
    var ill = Harness.await(Simulator.start(vertx, SimulatorSettings.DEFAULT.withPort(0)));
    var scenarios = folder.resolve("scenarios");
    for (var scenario : TestConfig.scenarios().entrySet()) {
      write(scenarios, scenario.getKey(), scenario.getValue());
    }
    var well =
        Harness.await(
            Simulator.start(vertx, SimulatorSettings.DEFAULT.withPort(0).withScenarios(scenarios)));
    order(ill, ILLNESSES);
    order(well, MISHAPS);
    configure(ill.url() + "", well.url() + "");
    gateways =
        List.of(
            ServeProcess.launch(environment(0, well.url() + "")),
            ServeProcess.launch(environment(1, well.url() + "")));
    gateways.forEach(ServeProcess::awaitServing);
  }

  static Ward open() {
    try {
      return new Ward(Files.createTempDirectory("tg"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void order(Simulator simulator, List<String> faults) {
    var client = new Client(simulator.url() + "");
    for (var fault : faults) {
      var answer = client.put("/admin/faults", fault);
      if (answer.status() != 200) {
        throw new AssertionError(answer.body());
      }
    }
  }

  private void configure(String ill, String well) throws IOException {
    var receiver =
        Harness.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .response()
                            .setStatusCode(hooks.getAndIncrement() % 2 == 0 ? 500 : 204)
                            .end())
                .listen(0, "127.0.0.1"));
    write(
        "gateway.yaml",
        GATEWAY.replace("PORT", "" + receiver.actualPort()).replace("COLLECTOR", collector.url()));
    write("models.yaml", MODELS.replace("ILL", ill).replace("WELL", well));
    write("tools.yaml", demo("tools.yaml") + TOOLS.replace("ILL", ill).replace("WELL", well));
    write("agents/reconciler.yaml", demo("agents/reconciler.yaml"));
    for (var agent : AGENTS.entrySet()) {
      write("agents/" + agent.getKey() + ".yaml", agent.getValue());
    }
  }

  private static String demo(String file) throws IOException {
    try (InputStream in = Ward.class.getResourceAsStream("/demo/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void write(String name, String text) throws IOException {
    write(folder.resolve("config"), name, text);
  }

  private static void write(Path folder, String name, String text) throws IOException {
    var path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private Map<String, String> environment(int i, String well) {
    return Map.of(
        "TIDEGATE_CONFIG",
        folder.resolve("config").toString(),
        "TIDEGATE_DATA",
        folder.resolve("data-" + i).toString(),
        "TIDEGATE_HTTP_PORT",
        "0",
        "TIDEGATE_MANAGEMENT_PORT",
        "0",
        "TIDEGATE_SIMULATOR_URL",
        well,
        "REDIS_URL",
        redis.url());
  }

  /** A gateway, in turn. */
  Client client(int i) {
    return gateways.get(i % GATEWAYS).client();
  }

  ServeProcess gateway(int i) {
    return gateways.get(i);
  }

  /** Host and port of each gateway's metrics. */
  List<String> management() {
    return gateways.stream()
        .map(gateway -> URI.create(gateway.managementUrl()).getAuthority())
        .toList();
  }

  /** Where its traces are. */
  Collector collector() {
    return collector;
  }

  /** Where a test may put files. */
  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    gateways.forEach(ServeProcess::kill);
    redis.close();
    collector.close();
    Harness.await(vertx.close());
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of who is ill. */
  private static final List<String> ILLNESSES =
      List.of(
          "{\"model\": \"script\", \"kind\": \"503\", \"probability\": \"0.7\"}",
          "{\"model\": \"two-step\", \"kind\": \"503\"}",
          "{\"model\": \"default\", \"kind\": \"slow\", \"ms\": 500}",
          "{\"model\": \"reconciler\", \"kind\": \"429\", \"probability\": \"0.2\","
              + " \"retry-after\": \"1\"}");

  /** Of who is well: the demo's trouble. */
  private static final List<String> MISHAPS =
      List.of("{\"tool\": \"lookup_order\", \"kind\": \"503\", \"probability\": \"0.2\"}");

  private static final String GATEWAY =
      """
      lease: 2s
      limits: {active-runs: 3}
      webhooks: [{url: "http://127.0.0.1:PORT/", secret: hush, events: [run.stopped]}]
      tenants: {default: {budget: {day-usd: "1000", month-tokens: 1000000000}}}
      budgets: {warn-at: [1%]}
      tracing: {endpoint: "COLLECTOR"}
      """;

  private static final String MODELS =
      """
      providers:
        ill: {protocol: openai-chat, base-url: "ILL/v1", api-keys: [key-one, key-two]}
        well: {protocol: anthropic, base-url: "WELL"}
      models:
        smart:
          targets:
            - {provider: ill, model: reconciler, price: {input: "2.5", output: "10", cached-input: "0.25"}}
            - {provider: well, model: reconciler, price: {input: "3", output: "15", cached-input: "0.3"}}
        script:
          targets:
            - provider: ill
              model: script
              price: {input: "1", output: "2"}
              retry: {attempts: 3, delay: 20ms, budget: 1%}
              breaker: {calls: 10, minimum-calls: 5, open: 1s, probes: 1, slow-start: 1s}
            - {provider: well, model: "script?first=20&every=20&words=1", price: {input: "3", output: "4"}}
        dead:
          targets:
            - {provider: ill, model: two-step, retry: {attempts: 1}, breaker: {open: 1s}}
        hedged:
          hedge: {after: 50ms, budget: 100%}
          targets: [{provider: ill, model: default}, {provider: well, model: default}]
        narrow:
          targets: [{provider: well, model: "default?first=300", concurrency: 1}]
        dear:
          targets:
            - provider: well
              model: "default?first=300"
              max-output: 1000
              price: {input: "1", output: "1000"}
        flood:
          targets: [{provider: well, model: flood}]
      """;

  private static final String TOOLS =
      """
        cached:
          http: {url: "WELL/tools/echo"}
          effect: read
          cache: {ttl: 1h}
        echo:
          http: {url: "WELL/tools/echo"}
          effect: read
        sleep:
          http: {url: "WELL/tools/sleep"}
          input: {type: object, properties: {ms: {type: integer}}, required: [ms]}
          effect: read
        hang:
          http: {url: "WELL/tools/hang"}
          effect: read
          timeout: 200ms
          retry: {attempts: 1}
        refuse:
          http: {url: "WELL/tools/fail"}
          effect: read
        write:
          http: {url: "WELL/tools/write"}
          effect: write
        broken:
          http: {url: "ILL/tools/fail"}
          effect: read
          retry: {attempts: 3, delay: 10ms, budget: 1%}
          breaker: {calls: 10, minimum-calls: 5, open: 1s}
      """;

  private static final Map<String, String> AGENTS =
      Map.of(
          "tester",
          """
          model: script
          tools: [cached, sleep, hang, refuse, write, broken]
          limits: {tool-failures: 0}
          rules:
            - {when: "tool == 'write' && args.amount > 1000.0", then: ask, expires: 1h}
            - {when: "tool == 'write'", then: deny}
          """,
          "doomed",
          "model: dead\n",
          "rescued",
          "model: dead\nfallback: {answer: Try again later.}\n",
          "hedger",
          "model: hedged\n",
          "narrow",
          "model: narrow\n",
          "thrifty",
          "model: dear\nlimits: {cost-usd: \"5\"}\nbudget: {day-usd: \"1.9\"}\n",
          "flood",
          "model: flood\ntools: [echo]\nlimits: {steps: 1000}\n");
}
