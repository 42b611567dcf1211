package io.tidegate.k8s;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the gateway's container would find: its files, below a folder of this machine, and its
 * environment.
 */
record Mounted(Path root, Map<String, String> environment) {
  private static final String CONFIG = "TIDEGATE_CONFIG";
  private static final String SECRETS = "TIDEGATE_SECRETS";

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
    for (var folder : List.of(CONFIG, SECRETS)) {
      environment.put(folder, below(root, environment.get(folder)).toString());
    }
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
    var found = secrets(manifests, wanted.getName()).get(wanted.getKey());
    if (found == null && !Boolean.TRUE.equals(wanted.getOptional())) {
      throw new AssertionError("no secret " + wanted.getKey());
    }
    return found == null ? "" : found;
  }

  /** What a Secret of the manifests holds, or the operator's. */
  private static Map<String, String> secrets(Manifests manifests, String name) {
    var secrets = manifests.all(Secret.class);
    if (secrets.isEmpty()) {
      return OPERATORS;
    }
    var found = new TreeMap<String, String>();
    secrets.stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no Secret " + name))
        .getData()
        .forEach((key, value) -> found.put(key, decoded(value)));
    return found;
  }

  private static String decoded(String value) {
    return new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8);
  }

  /** The files of a volume of secrets; those that the Secret lacks are left out if they may be. */
  private static void write(Manifests manifests, SecretVolumeSource volume, Path folder)
      throws IOException {
    var secrets = secrets(manifests, volume.getSecretName());
    for (var item : volume.getItems()) {
      var value = secrets.get(item.getKey());
      if (value != null) {
        Files.writeString(folder.resolve(item.getPath()), value);
      } else if (!Boolean.TRUE.equals(volume.getOptional())) {
        throw new AssertionError("no secret " + item.getKey());
      }
    }
  }

  private static void write(Manifests manifests, Volume volume, Path folder) {
    try {
      Files.createDirectories(folder);
      if (volume.getSecret() != null) {
        write(manifests, volume.getSecret(), folder);
      }
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
