package io.tidegate.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.tidegate.session.TestRedis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What goes into the image, laid out without Docker, and started as the image starts it. */
class ImageIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();
  @TempDir private Path folder;

  private static final String HOME = "/opt/tidegate";
  private static final Path JAR = Path.of("target/tidegate.jar");
  private static final Pattern SERVES =
      Pattern.compile("Tidegate serves \\S+ \\(management (http://\\S+)\\)");

  @Test
  void gatewayStartsOnItsOwnRuntimeFromItsCache() throws IOException, InterruptedException {
    needsPackage();
    build();
    var command = new ArrayList<>(instruction("ENTRYPOINT"));
    command.addAll(instruction("CMD"));
    command.replaceAll(word -> word.replace(HOME, folder.toString()));
    // Without it a cache that can't be used would be passed over.
    command.add(1, "-XX:AOTMode=on");
    command.add("--until-stdin-closes");
    try (var gateway = Child.start(folder, environment(), command)) {
      var ready = URI.create(gateway.says(SERVES).group(1) + "/health/ready");
      try (var http = HttpClient.newHttpClient()) {
        var request = HttpRequest.newBuilder(ready).build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }
  }

  private static void needsPackage() {
    if (!Files.exists(JAR)) {
      var why = "this test needs " + JAR + ", which 'mvn package' makes";
      if (System.getenv("CI") != null) {
        throw new AssertionError(why);
      }
      abort(why);
    }
  }

  private void build() {
    var build = Path.of("k8s/image/build.sh").toAbsolutePath().toString();
    var environment =
        Map.of("PATH", System.getenv("PATH"), "JAVA_HOME", System.getProperty("java.home"));
    try (var building = Child.start(folder, environment, List.of(build, folder.toString()))) {
      assertThat(building.exitStatus()).as(building::complaints).isZero();
    }
  }

  /** As in production, whose options of the JVM must not be at odds with the cache. */
  private static Map<String, String> environment() {
    var options =
        Kustomize.overlay("production").gateway().getEnv().stream()
            .filter(variable -> variable.getName().equals("JAVA_TOOL_OPTIONS"))
            .findFirst()
            .orElseThrow()
            .getValue();
    return Map.of(
        "JAVA_TOOL_OPTIONS",
        options,
        "REDIS_URL",
        REDIS.url(),
        "TIDEGATE_HTTP_PORT",
        "0",
        "TIDEGATE_MANAGEMENT_PORT",
        "0");
  }

  @Test
  void imageHasTheUserAndThePortsOfTheDeployment() throws IOException {
    var gateway = Kustomize.overlay("production");
    var user =
        gateway.deployment("tidegate").getSpec().getTemplate().getSpec().getSecurityContext();
    var file = Files.readString(Path.of("k8s/Dockerfile"));
    assertThat(file)
        .contains("USER %d:%d\n".formatted(user.getRunAsUser(), user.getRunAsGroup()))
        .contains("COPY --from=build %s %s\n".formatted(HOME, HOME));
    var ports = gateway.gateway().getPorts().stream().map(ContainerPort::getContainerPort);
    assertThat(line(file, "EXPOSE").split(" "))
        .containsExactlyInAnyOrder(ports.map(String::valueOf).toArray(String[]::new));
  }

  private static List<String> instruction(String name) throws IOException {
    var words = line(Files.readString(Path.of("k8s/Dockerfile")), name);
    return new ObjectMapper().readValue(words, new TypeReference<List<String>>() {});
  }

  private static String line(String file, String instruction) {
    return file.lines()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length() + 1))
        .findFirst()
        .orElseThrow();
  }
}
