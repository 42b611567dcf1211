package io.tidegate.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The overlays as they are applied: that their parts fit each other, and the gateway. */
class OverlaysIT {
  private static final Path KEDA = Path.of("src/test/resources/k8s/keda");

  /** How long a stop that misses the drain is waited for all the same. */
  private static final int BEYOND_DRAIN_SECONDS = 2;

  /** What a JVM of this size needs beside heap and network buffers, in bytes. */
  private static final long BESIDE = 300L << 20;

  @TempDir private Path root;

  @Test
  void laptopHasAllItNeeds() {
    var laptop = Kustomize.overlay("laptop");
    assertThat(laptop.deployment("tidegate").getSpec().getReplicas()).isEqualTo(1);
    assertThat(laptop.all(HorizontalPodAutoscaler.class)).isEmpty();
    assertThat(
            Manifests.container(laptop.only(StatefulSet.class).getSpec().getTemplate()).getArgs())
        .containsSequence("--appendonly", "yes")
        .containsSequence("--maxmemory-policy", "noeviction");
  }

  @Test
  void productionHasSeveralReplicasAndItsOwnRedis() {
    var production = Kustomize.overlay("production");
    assertThat(production.all(StatefulSet.class)).isEmpty();
    assertThat(production.only(HorizontalPodAutoscaler.class).getSpec().getMinReplicas())
        .isGreaterThanOrEqualTo(3);
    assertThat(production.deployment("tidegate").getSpec().getReplicas()).isNull();
    assertThat(production.only(PodDisruptionBudget.class).getSpec().getMaxUnavailable())
        .satisfies(most -> assertThat(most.getIntVal()).isEqualTo(1));
    assertThat(production.all(ServiceMonitor.class)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void everyPodKeepsToTheRulesOfItsNamespace(String overlay) {
    var manifests = Kustomize.overlay(overlay);
    assertThat(manifests.only(Namespace.class).getMetadata().getLabels())
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    assertThat(manifests.pods()).isNotEmpty().allSatisfy(OverlaysIT::hasNoPrivileges);
    assertThat(manifests.all(ServiceAccount.class))
        .allSatisfy(account -> assertThat(account.getAutomountServiceAccountToken()).isFalse());
  }

  private static void hasNoPrivileges(PodTemplateSpec pod) {
    var spec = pod.getSpec();
    assertThat(spec.getAutomountServiceAccountToken()).isFalse();
    assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    var container = Manifests.container(pod).getSecurityContext();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
  }

  /** Kubernetes would put the address of a Service into a variable that is one of ours. */
  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void servicesSetNoVariables(String overlay) {
    assertThat(Kustomize.overlay(overlay).pods())
        .allSatisfy(pod -> assertThat(pod.getSpec().getEnableServiceLinks()).isFalse());
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void selectorsFindPodsAndPortsHaveNames(String overlay) {
    var manifests = Kustomize.overlay(overlay);
    for (var service : manifests.all(Service.class)) {
      var ports = ports(manifests, service.getSpec().getSelector());
      assertThat(service.getSpec().getPorts())
          .allSatisfy(port -> assertThat(ports).containsKey(port.getTargetPort().getStrVal()))
          .allSatisfy(
              port ->
                  assertThat(ports.get(port.getTargetPort().getStrVal()))
                      .isEqualTo(port.getPort()));
    }
    var gateway = Map.of("app.kubernetes.io/name", "tidegate");
    assertThat(manifests.only(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
        .isEqualTo(gateway);
    var policy = manifests.only(NetworkPolicy.class).getSpec();
    assertThat(policy.getPodSelector().getMatchLabels()).isEqualTo(gateway);
    assertThat(policy.getIngress())
        .flatMap(rule -> rule.getPorts())
        .allSatisfy(
            port -> assertThat(ports(manifests, gateway)).containsKey(port.getPort().getStrVal()));
  }

  private static Map<String, Integer> ports(Manifests manifests, Map<String, String> selector) {
    var found =
        manifests.pods().stream()
            .filter(
                pod -> pod.getMetadata().getLabels().entrySet().containsAll(selector.entrySet()))
            .toList();
    assertThat(found).as("pods with %s", selector).hasSize(1);
    return Manifests.container(found.getFirst()).getPorts().stream()
        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
  }

  @Test
  void serviceMonitorFindsTheManagementPort() {
    var manifests = Kustomize.overlay("production");
    var monitor = manifests.only(ServiceMonitor.class).getSpec();
    var services =
        manifests.all(Service.class).stream()
            .filter(
                service ->
                    service
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(monitor.getSelector().getMatchLabels().entrySet()))
            .toList();
    assertThat(services).hasSize(1);
    assertThat(services.getFirst().getSpec().getPorts())
        .extracting(port -> port.getName())
        .containsExactly(monitor.getEndpoints().getFirst().getPort());
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void gatewayWouldStartOnWhatIsMounted(String overlay) {
    var manifests = Kustomize.overlay(overlay);
    var settings = Mounted.of(manifests, root).settings();
    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.routesWithoutKey()).isEmpty();
    assertThat(settings.agents()).isNotEmpty();
    assertThat(settings.redis().url().isEmpty()).isFalse();
    assertThat(settings.http().apiHost()).as("reached from outside").isEqualTo("0.0.0.0");
    assertThat(ports(manifests.gateway()))
        .containsEntry("http", settings.http().port())
        .containsEntry("management", settings.http().managementPort());
  }

  private static Map<String, Integer> ports(Container container) {
    return container.getPorts().stream()
        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void everyVariableIsRead(String overlay) throws IOException {
    var manifests = Kustomize.overlay(overlay);
    var placeholders =
        manifests.all(ConfigMap.class).stream()
            .flatMap(map -> map.getData().values().stream())
            .collect(Collectors.joining());
    var reference = Files.readString(Path.of("src/docs/configuration.md"));
    var files =
        volumes(manifests)
            .filter(volume -> volume.getSecret() != null)
            .flatMap(volume -> volume.getSecret().getItems().stream())
            .map(KeyToPath::getPath);
    var variables = manifests.gateway().getEnv().stream().map(EnvVar::getName);
    assertThat(Stream.concat(variables, files))
        .filteredOn(name -> !name.equals("JAVA_TOOL_OPTIONS"))
        .allMatch(
            name ->
                Pattern.compile("\\$\\{%s[:}]".formatted(name)).matcher(placeholders).find()
                    || reference.contains("`" + name + "`"));
  }

  private static Stream<Volume> volumes(Manifests manifests) {
    return manifests.deployment("tidegate").getSpec().getTemplate().getSpec().getVolumes().stream();
  }

  /** By a sub-path, a pod would see what a volume held when it started. */
  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void whatChangesInPlaceArrivesInPodsThatRun(String overlay) {
    var manifests = Kustomize.overlay(overlay);
    assertThat(manifests.gateway().getVolumeMounts())
        .allSatisfy(mount -> assertThat(mount.getSubPath()).isNull());
    assertThat(volumes(manifests).filter(volume -> volume.getConfigMap() != null))
        .extracting(volume -> volume.getConfigMap().getName())
        .contains("tidegate-agents")
        .anyMatch(name -> name.matches("tidegate-config-\\w+"));
    assertThat(volumes(manifests).filter(volume -> volume.getSecret() != null))
        .extracting(volume -> volume.getSecret().getSecretName())
        .containsExactly("tidegate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void gatewayThatIsToldToStopHasTimeTo(String overlay) {
    var manifests = Kustomize.overlay(overlay);
    var pod = manifests.deployment("tidegate").getSpec().getTemplate().getSpec();
    long before = manifests.gateway().getLifecycle().getPreStop().getSleep().getSeconds();
    long drain = Mounted.of(manifests, root).settings().drain().toSeconds();
    assertThat(before).isPositive();
    assertThat(before + drain + BEYOND_DRAIN_SECONDS)
        .isLessThan(pod.getTerminationGracePeriodSeconds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"laptop", "production"})
  void memoryOfTheJvmFitsIntoTheContainer(String overlay) {
    var gateway = Kustomize.overlay(overlay).gateway();
    var limit = bytes(gateway.getResources().getLimits().get("memory"));
    assertThat(bytes(gateway.getResources().getRequests().get("memory"))).isEqualTo(limit);
    long heap = limit.longValue() * option(gateway, "-XX:MaxRAMPercentage=(\\d+)") / 100;
    long direct = option(gateway, "-XX:MaxDirectMemorySize=(\\d+)m") << 20;
    assertThat(heap + direct + BESIDE).isLessThanOrEqualTo(limit.longValue());
    var cpus = bytes(gateway.getResources().getRequests().get("cpu"));
    assertThat(BigDecimal.valueOf(option(gateway, "-XX:ActiveProcessorCount=(\\d+)")))
        .isGreaterThanOrEqualTo(cpus);
  }

  private static BigDecimal bytes(Quantity quantity) {
    return quantity.getNumericalAmount();
  }

  private static long option(Container container, String pattern) {
    var options =
        container.getEnv().stream()
            .filter(variable -> variable.getName().equals("JAVA_TOOL_OPTIONS"))
            .findFirst()
            .orElseThrow()
            .getValue();
    var matcher = Pattern.compile(pattern).matcher(options);
    assertThat(matcher.find()).as("%s in %s", pattern, options).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void othersHaveRoomForTheRunsOfAReplicaThatDies() {
    var production = Kustomize.overlay("production");
    var scaler = production.only(HorizontalPodAutoscaler.class).getSpec();
    long replicas = scaler.getMinReplicas();
    long runs = targets(scaler).get("tidegate_runs_active");
    long most = Mounted.of(production, root).settings().limits().activeRuns();
    assertThat(runs * replicas).isLessThanOrEqualTo(most * (replicas - 1));
  }

  /** What the metrics may be, by name. */
  private static Map<String, Long> targets(
      io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerSpec scaler) {
    return scaler.getMetrics().stream()
        .collect(
            Collectors.toMap(
                metric ->
                    metric.getPods() == null
                        ? metric.getExternal().getMetric().getName()
                        : metric.getPods().getMetric().getName(),
                metric ->
                    (metric.getPods() == null
                            ? metric.getExternal().getTarget()
                            : metric.getPods().getTarget())
                        .getAverageValue()
                        .getNumericalAmount()
                        .longValue()));
  }

  @Test
  void bothAutoscalersAreOfOneMind() {
    var hpa = Kustomize.overlay("production").only(HorizontalPodAutoscaler.class).getSpec();
    var manifests = Kustomize.render(KEDA);
    var keda = manifests.only(ScaledObject.class).spec();
    assertThat(keda.scaleTargetRef().name()).isEqualTo(hpa.getScaleTargetRef().getName());
    assertThat(keda.minReplicaCount()).isEqualTo(hpa.getMinReplicas());
    assertThat(keda.maxReplicaCount()).isEqualTo(hpa.getMaxReplicas());
    assertThat(keda.advanced().horizontalPodAutoscalerConfig().behavior())
        .isEqualTo(hpa.getBehavior());
    assertThat(
            keda.triggers().stream()
                .map(ScaledObject.Trigger::metadata)
                .collect(
                    Collectors.toMap(
                        each -> metric(each.get("query")),
                        each -> Long.parseLong(each.get("threshold")))))
        .isEqualTo(targets(hpa));
    var namespace = manifests.only(ServiceMonitor.class).getMetadata().getNamespace();
    assertThat(keda.triggers())
        .allMatch(each -> each.metadata().get("query").contains("\"" + namespace + "\""));
  }

  private static String metric(String query) {
    var matcher = Pattern.compile("tidegate_\\w+").matcher(query);
    assertThat(matcher.find()).as(query).isTrue();
    return matcher.group();
  }

  @Test
  void adapterServesWhatTheAutoscalerAsksFor() throws IOException {
    var rules =
        Manifests.YAML
            .readTree(Path.of("k8s/autoscaling/hpa/prometheus-adapter.yaml").toFile())
            .get("rules");
    var hpa = Kustomize.overlay("production").only(HorizontalPodAutoscaler.class).getSpec();
    List<String> served =
        Stream.of("custom", "external")
            .flatMap(kind -> Stream.of(rules.get(kind).get(0).get("seriesQuery").asText()))
            .map(OverlaysIT::metric)
            .toList();
    assertThat(served).containsExactlyInAnyOrderElementsOf(targets(hpa).keySet());
  }
}
