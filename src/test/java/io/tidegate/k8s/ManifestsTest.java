package io.tidegate.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file of objects by itself, and what the base copies from elsewhere. */
class ManifestsTest {
  private static final Path K8S = Path.of("k8s");

  /** What is no object of Kubernetes, and read by others. */
  private static final Set<String> OTHERS = Set.of("kustomization.yaml", "prometheus-adapter.yaml");

  /** Folders of files that are no objects either. */
  private static final Set<String> OTHER_FOLDERS = Set.of("config", "agents", "tests");

  static Stream<Path> files() throws IOException {
    try (var files = Files.walk(K8S)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !OTHERS.contains(file.getFileName().toString()))
          .filter(file -> !OTHER_FOLDERS.contains(file.getParent().getFileName().toString()))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void fileHoldsOnlyWhatItsKindsKnow(Path file) throws IOException {
    assertThat(Manifests.read(Files.readString(file)).all()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {apiVersion: v1, kind: Service, spec: {port: []}}                        | "port"
          {apiVersion: v1, kind: ServiceAccount, metadata: {labels: {a: true}}}    | Boolean
          {apiVersion: v1, kind: Service, kind: Service}                           | Duplicate
          {apiVersion: apps/v1, kind: Deployment, spec: {template: {speck: {}}}}   | "speck"
          {apiVersion: apps/v1, kind: Deployment, spec: {replicas: "3"}}           | Integer
          {apiVersion: apps/v2, kind: Deployment}                                  | apps/v2
          {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, spec: {replicas: 3}}  | "replicas"
          {apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, specs: {}}  | "specs"
          """)
  void whatAKindDoesNotKnowIsFound(String wrong, String what) {
    assertThatThrownBy(() -> Manifests.read(wrong))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"models.yaml", "agents/assistant.yaml"})
  void baseConfiguresWhatComesWithTheGateway(String file) throws IOException {
    assertThat(K8S.resolve("base/config").resolve(file))
        .as("kustomize reads no file outside its folder, so this is a copy")
        .hasSameTextualContentAs(Path.of("config").resolve(file));
  }

  @Test
  void everyAgentOfTheBaseIsMounted() throws IOException {
    var kustomization = Files.readString(K8S.resolve("base/kustomization.yaml"));
    try (var files = Files.walk(K8S.resolve("base/config"))) {
      assertThat(files.filter(Files::isRegularFile).map(K8S.resolve("base")::relativize))
          .allSatisfy(file -> assertThat(kustomization).contains("- " + file + "\n"));
    }
  }
}
