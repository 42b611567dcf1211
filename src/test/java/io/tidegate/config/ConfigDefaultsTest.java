package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.http.HttpSettings;
import io.tidegate.http.KeySettings;
import io.tidegate.loop.Event;
import io.tidegate.run.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigDefaultsTest {
  @TempDir Path folder;

  @Test
  void anEmptyFolderIsAConfiguration() {
    Settings settings = load(Map.of());

    assertThat(settings.http())
        .isEqualTo(
            new HttpSettings("127.0.0.1", 8080, 9090, 10 << 20, 100 << 20, KeySettings.NONE));
    assertThat(settings.redis().url()).isEqualTo(Secret.NONE);
    assertThat(settings.redis().data()).isEqualTo(Path.of("data"));
    assertThat(settings.tools()).containsOnlyKeys("clock", "arithmetic");
    assertThat(settings.all()).isEmpty();
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void webhookSecretThatIsEmptyIsNone() throws IOException {
    write("gateway.yaml", "{webhook-secret: \"${HOOKS:}\", webhook-hosts: [hooks.example.com]}");
    var hook = new Event.Hook("https://hooks.example.com/x", List.of());

    assertThat(load(Map.of("HOOKS", "hush")).refusal(hook)).isNull();
    assertThat(load(Map.of()).refusal(hook)).contains("no webhook-secret");
  }

  @Test
  void filesThatAreEmptyOrOnlyCommentsAreFine() throws IOException {
    write("gateway.yaml", "");
    write("models.yaml", "# nothing yet\n");
    write("tools.yaml", "tools:\n");

    assertThat(load(Map.of()).tools()).hasSize(2);
  }

  @Test
  void withoutProvidersTheEnvironmentNamesTwo() {
    var settings =
        load(
            Map.of(
                "OPENAI_API_KEY", " k1\n",
                "ANTHROPIC_API_KEY", "k2",
                "ANTHROPIC_BASE_URL", "http://proxy/v1/"));

    assertThat(settings.providers().get("openai").apiKeys()).containsExactly(new Secret("k1"));
    assertThat(settings.providers().get("openai").baseUrl())
        .hasToString("https://api.openai.com/v1");
    assertThat(settings.providers().get("claude").apiKeys()).containsExactly(new Secret("k2"));
    assertThat(settings.providers().get("claude").baseUrl()).hasToString("http://proxy");
  }

  @Test
  void theEnvironmentsKeyIsNeverSentToAnAddressOfTheFile() throws IOException {
    write(
        "models.yaml",
        """
        providers:
          mine: {protocol: openai-chat, base-url: "http://elsewhere/v1"}
          public: {protocol: openai-chat}
        """);

    var settings = load(Map.of("OPENAI_API_KEY", "k"));

    assertThat(settings.providers().get("mine").apiKeys()).containsExactly(Secret.NONE);
    assertThat(settings.providers().get("mine").promptCacheKey()).isFalse();
    assertThat(settings.providers().get("public").promptCacheKey()).isTrue();
    assertThat(settings.providers().get("public").apiKeys()).containsExactly(new Secret("k"));
  }

  @Test
  void aTargetThatCostsAndHasNoPriceIsWarnedOf() throws IOException {
    write("models.yaml", "models: {m: {targets: [{provider: openai, model: x}]}}");

    assertThat(load(Map.of("OPENAI_API_KEY", "k")).warnings())
        .containsExactly(
            "models.yaml:1:24 models.m.targets[0].price is missing: what this target costs counts"
                + " as 0");
  }

  @Test
  void aFileThatIsNotReadIsWarnedOf() throws IOException {
    write("tool.yaml", "tools: {}");

    assertThat(load(Map.of()).warnings())
        .containsExactly("tool.yaml is not read; did you mean 'tools.yaml'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.3.2.1", "localhost", "::1"})
  void thisMachineNeedsNoKey(String host) throws IOException {
    write("gateway.yaml", "http: {host: '%s'}".formatted(host));

    assertThat(load(Map.of()).http().apiHost()).isEqualTo(host);
    assertThat(load(Map.of()).warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0", "::", "192.168.1.2", "gateway.example.com", "127.0.0.1.nip.io"})
  void withoutAKeyTheApiStaysOnThisMachineAndSaysSo(String host) throws IOException {
    write("gateway.yaml", "http:\n  host: ${HOST}\n");

    var settings = load(Map.of("HOST", host));

    assertThat(settings.http().apiHost()).isEqualTo("127.0.0.1");
    assertThat(settings.http().host()).isEqualTo(host);
    assertThat(settings.warnings())
        .containsExactly(
            "gateway.yaml:2:3 http.host is %s, but without a key the API is served on 127.0.0.1"
                    .formatted(host)
                + " alone: make a key (the command 'key') and add its hash under keys");
  }

  @Test
  void withAKeyTheApiIsServedWhereItShallBe() throws IOException {
    write(
        "gateway.yaml",
        """
        http: {host: 0.0.0.0}
        keys: [{hash: "%s", principal: me, scopes: [read]}]
        """
            .formatted(KeySettings.hash("k")));

    assertThat(load(Map.of()).http().apiHost()).isEqualTo("0.0.0.0");
    assertThat(load(Map.of()).warnings()).isEmpty();
  }

  @Test
  void anchorsSaveWriting() throws IOException {
    write(
        "models.yaml",
        """
        models:
          a: {targets: [&one {provider: openai, model: x, max-output: 7}]}
          b: {targets: [*one]}
        """);

    assertThat(load(Map.of()).routes().get("b").targets().getFirst().maxOutput()).isEqualTo(7);
  }

  private Settings load(Map<String, String> environment) {
    return Config.load(folder, environment, TestParts.PARTS);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }
}
