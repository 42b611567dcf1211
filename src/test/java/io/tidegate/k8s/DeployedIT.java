package io.tidegate.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.tidegate.session.TestRedis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The laptop's gateway and its simulator as processes of this machine: with the files, variables
 * and arguments of their manifests, and other addresses.
 */
class DeployedIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();
  @TempDir static Path root;

  private static final Pattern SIMULATOR = Pattern.compile("The simulator serves (http://\\S+)");
  private static final Pattern GATEWAY =
      Pattern.compile("Tidegate serves http://\\S+?:(\\d+) \\(management http://\\S+?:(\\d+)\\)");
  private static final String MODELS_AT = "http://simulator:18080";
  private static final Pattern METRIC = Pattern.compile("\\btidegate_[a-z_]+");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static Manifests laptop;
  private static Child simulator;
  private static Child gateway;
  private static String api;
  private static String management;

  @BeforeAll
  static void start() throws IOException {
    laptop = Kustomize.overlay("laptop");
    var mounted = Mounted.of(laptop, root);
    simulator = simulator();
    var models = mounted.config().resolve("models.yaml");
    var text = Files.readString(models);
    assertThat(text).contains(MODELS_AT);
    Files.writeString(models, text.replace(MODELS_AT, simulator.says(SIMULATOR).group(1)));
    gateway = gateway(mounted.environment());
    var ports = gateway.says(GATEWAY);
    api = "http://127.0.0.1:" + ports.group(1);
    management = "http://127.0.0.1:" + ports.group(2);
  }

  /** On any port of this machine alone. */
  private static Child simulator() {
    var container = Manifests.container(laptop.deployment("simulator").getSpec().getTemplate());
    assertThat(container.getPorts().getFirst().getContainerPort())
        .isEqualTo(URI.create(MODELS_AT).getPort());
    var arguments =
        container.getArgs().stream()
            .map(argument -> argument.equals("18080") ? "0" : argument)
            .map(argument -> argument.equals("0.0.0.0") ? "127.0.0.1" : argument);
    var environment =
        container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    return Child.start(root, environment, tidegate(arguments));
  }

  private static Child gateway(Map<String, String> environment) {
    var changed = new TreeMap<>(environment);
    changed.put("REDIS_URL", REDIS.url());
    changed.put("TIDEGATE_HTTP_PORT", "0");
    changed.put("TIDEGATE_MANAGEMENT_PORT", "0");
    return Child.start(root, changed, tidegate(Stream.of("serve")));
  }

  private static List<String> tidegate(Stream<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Child.java());
    command.add("@" + Path.of("k8s/image/jvm.options").toAbsolutePath());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.tidegate.app.Main");
    arguments.forEach(command::add);
    command.add("--until-stdin-closes");
    return command;
  }

  @AfterAll
  static void stop() {
    Stream.of(gateway, simulator).filter(child -> child != null).forEach(Child::close);
  }

  @Test
  void probesAndScrapesAskForWhatThereIs() {
    var container = laptop.gateway();
    var paths =
        new ArrayList<>(
            Stream.of(
                    container.getStartupProbe(),
                    container.getLivenessProbe(),
                    container.getReadinessProbe())
                .map(DeployedIT::path)
                .toList());
    Kustomize.overlay("production").only(ServiceMonitor.class).getSpec().getEndpoints().stream()
        .map(endpoint -> endpoint.getPath())
        .forEach(paths::add);
    assertThat(paths)
        .allSatisfy(path -> assertThat(get(management + path).statusCode()).isEqualTo(200))
        .allSatisfy(path -> assertThat(get(api + path).statusCode()).isIn(401, 404));
  }

  private static String path(Probe probe) {
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    return probe.getHttpGet().getPath();
  }

  @Test
  void autoscalersAskForMetricsThatThereAre() throws IOException {
    var metrics = get(management + "/metrics").body();
    var exposed = metrics.lines().filter(line -> !line.startsWith("#")).toList();
    try (var files = Files.walk(Path.of("k8s/autoscaling"))) {
      var asked =
          files
              .filter(Files::isRegularFile)
              .flatMap(file -> METRIC.matcher(read(file)).results().map(MatchResult::group))
              .distinct()
              .toList();
      assertThat(asked)
          .contains("tidegate_runs_active", "tidegate_queue_depth")
          .allSatisfy(
              metric ->
                  assertThat(exposed)
                      .anyMatch(
                          line -> line.startsWith(metric + " ") || line.startsWith(metric + "{")));
    }
  }

  @Test
  void keyThatEverybodyKnowsOpensTheApi() throws IOException {
    var overlay = read(Path.of("k8s/overlays/laptop/kustomization.yaml"));
    var key = Pattern.compile("Authorization: Bearer (\\S+)'").matcher(overlay);
    assertThat(key.find()).isTrue();
    var run =
        HttpRequest.newBuilder(URI.create(api + "/v1/runs"))
            .header("Authorization", "Bearer " + key.group(1))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"agent\": \"assistant\", \"input\": \"Hello\"}"))
            .build();
    var answer = send(run);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode stop = Manifests.YAML.readTree(answer.body()).get("stop");
    assertThat(stop.get("reason").asText()).as(answer.body()).isEqualTo("completed");
    assertThat(get(api + "/v1/agents").statusCode()).isEqualTo(401);
  }

  private static HttpResponse<String> get(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).build());
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
