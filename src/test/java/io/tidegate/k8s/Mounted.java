package io.tidegate.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Volume;
import io.tidegate.app.Wiring;
import io.tidegate.config.Config;
import io.tidegate.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the gateway's container would find: its files, below a folder of this machine, and its
 * environment.
 */
record Mounted(Path root, Map<String, String> environment) {
  private static final String CONFIG = "TIDEGATE_CONFIG";

  /** What an operator would put into a Secret that no manifest has. */
  private static final Map<String, String> OPERATORS =
      Map.of(
          "redis-url", "rediss://redis.example.com:6380",
          "key-hash", "sha256:" + "0".repeat(64),
          "anthropic-api-key", "a",
          "openai-api-key", "b",
          "webhook-secret", "c");

  static Mounted of(Manifests manifests, Path root) {
    var environment = new TreeMap<String, String>();
    for (var variable : manifests.gateway().getEnv()) {
      environment.put(variable.getName(), value(manifests, variable));
    }
    var pod = manifests.deployment("tidegate").getSpec().getTemplate().getSpec();
    for (var mount : manifests.gateway().getVolumeMounts()) {
      var folder = below(root, mount.getMountPath());
      pod.getVolumes().stream()
          .filter(volume -> volume.getName().equals(mount.getName()))
          .forEach(volume -> write(manifests, volume, folder));
    }
    environment.put(CONFIG, below(root, environment.get(CONFIG)).toString());
    return new Mounted(root, environment);
  }

  private static Path below(Path root, String path) {
    return root.resolve(path.substring(1));
  }

  private static String value(Manifests manifests, EnvVar variable) {
    return variable.getValueFrom() == null
        ? variable.getValue()
        : secret(manifests, variable.getValueFrom().getSecretKeyRef());
  }

  private static String secret(Manifests manifests, SecretKeySelector wanted) {
    var secrets = manifests.all(Secret.class);
    if (secrets.isEmpty()) {
      return OPERATORS.get(wanted.getKey());
    }
    var found =
        secrets.stream()
            .filter(each -> each.getMetadata().getName().equals(wanted.getName()))
            .findFirst()
            .orElseThrow()
            .getData()
            .get(wanted.getKey());
    if (found == null && !Boolean.TRUE.equals(wanted.getOptional())) {
      throw new AssertionError("no secret " + wanted.getKey());
    }
    return found == null
        ? ""
        : new String(Base64.getMimeDecoder().decode(found), StandardCharsets.UTF_8);
  }

  private static void write(Manifests manifests, Volume volume, Path folder) {
    try {
      Files.createDirectories(folder);
      if (volume.getConfigMap() == null) {
        return;
      }
      var name = volume.getConfigMap().getName();
      var map =
          manifests.all(ConfigMap.class).stream()
              .filter(each -> each.getMetadata().getName().equals(name))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no ConfigMap " + name));
      for (var file : map.getData().entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path config() {
    return Path.of(environment.get(CONFIG));
  }

  /** The settings that the gateway would have; fails if it would not start on them. */
  Settings settings() {
    return Config.load(environment, Wiring.parts());
  }
}
