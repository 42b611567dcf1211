package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.http.KeySettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static final String MODELS =
      """
      providers: {own: {protocol: openai-chat, base-url: 'http://localhost/v1', api-key: KEY}}
      models: {smart: {targets: [{provider: own, model: m, concurrency: 10}]}}
      """;
  private static final String TOOLS =
      "tools: {look: {http: {url: 'http://erp/look'}, effect: read, timeout: 2s}}\n";
  private static final String OPEN = "http: {host: 0.0.0.0}\nkeys: [%s]\n";

  private final Map<String, String> files =
      new TreeMap<>(
          Map.of("models.yaml", MODELS, "tools.yaml", TOOLS, "agents/one.yaml", "model: smart\n"));

  private Settings read() {
    var found = new TreeMap<String, Look.Content>();
    files.forEach((name, text) -> found.put(name, Look.Content.of(text)));
    return Config.read(new Look(found, Map.of(), List.of()), TestParts.PARTS);
  }

  private static String key(String key) {
    return "{hash: '%s', principal: p, scopes: [run]}".formatted(KeySettings.hash(key));
  }

  private Renewal from(Settings started) {
    return Renewal.of(started, started, read());
  }

  @Test
  void agentsModelsToolsAndKeysAreReplaced() {
    var started = read();
    files.put("models.yaml", MODELS.replace("KEY", "other"));
    files.put("tools.yaml", TOOLS.replace("2s", "3s"));
    files.put("agents/one.yaml", "model: smart\ninstructions: Be brief.\n");
    files.put("agents/two.yaml", "model: smart\n");
    files.put("gateway.yaml", "keys: [" + key("k") + "]\n");
    var renewal = from(started);
    assertThat(renewal.changed())
        .containsExactly("keys", "provider own", "tool look", "agent one", "agent two");
    assertThat(renewal.waiting()).isEmpty();
    assertThat(renewal.settings().agents().get("one").pin().instructions()).isEqualTo("Be brief.");
    assertThat(renewal.settings().http().keys().all()).hasSize(1);
    assertThat(renewal.settings().tools()).isEqualTo(read().tools());
  }

  @Test
  void whatIsReadAtTheStartWaitsForARestartAndSaysSo() {
    var started = read();
    files.put(
        "gateway.yaml",
        """
        http: {port: 81}
        redis: {url: "redis://other:6379"}
        limits: {active-runs: 7}
        lease: 9s
        drain: 9s
        reload: never
        tenants: {acme: {concurrent-runs: 3}}
        budgets: {warn-at: [10%]}
        retention: 9d
        webhooks: [{url: "http://example.com", secret: s}]
        audit: {retention: 9d}
        """);
    var renewal = from(started);
    assertThat(renewal.changed()).isEmpty();
    assertThat(renewal.settings())
        .usingRecursiveComparison()
        .ignoringFields("toolGuards")
        .isEqualTo(started);
    assertThat(renewal.waiting()).hasSize(11);
    files.remove("gateway.yaml");
    assertThat(from(started).waiting()).as("taken back").isEmpty();
  }

  @Test
  void targetsAndServersThatAreInUseKeepTheirGuards() {
    var started = read();
    files.put(
        "models.yaml", MODELS.replace("10}", "20}, {provider: own, model: n, concurrency: 5}"));
    files.put("tools.yaml", TOOLS.replace("2s", "2s, retry: {budget: 1%}"));
    var renewal = from(started);
    assertThat(renewal.waiting())
        .containsExactly(
            "breaker, concurrency and retry.budget of the target own/m",
            "breaker and retry.budget of the tools at http://erp");
    var targets = renewal.settings().guards().targets();
    assertThat(targets.get("own/m").concurrency()).isEqualTo(10);
    assertThat(targets.get("own/n").concurrency()).isEqualTo(5);
    assertThat(Renewal.of(started, renewal.settings(), read()).waiting())
        .as("still, when something else is changed")
        .hasSize(2);
  }

  @Test
  void lastKeyOfAnApiThatOthersReachStays() {
    files.put("gateway.yaml", OPEN.formatted(key("a")));
    var started = read();
    files.put("gateway.yaml", OPEN.formatted(""));
    assertThatThrownBy(() -> from(started))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("gateway.yaml keys: has none any more")
        .hasMessageContaining("0.0.0.0");
    files.put("gateway.yaml", OPEN.formatted(key("b")));
    assertThat(from(started).changed()).containsExactly("keys");
  }

  @Test
  void lastKeyOfAnApiOnThisMachineMayGo() {
    files.put("gateway.yaml", "keys: [" + key("a") + "]\n");
    var started = read();
    files.put("gateway.yaml", "http: {host: localhost}\n");
    var renewal = from(started);
    assertThat(renewal.settings().http().keys().isEmpty()).isTrue();
    assertThat(renewal.waiting()).hasSize(1);
  }

  @Test
  void firstKeyIsAskedForAtOnceThoughTheAddressWaits() {
    files.put("gateway.yaml", OPEN.formatted(""));
    var started = read();
    files.put("gateway.yaml", OPEN.formatted(key("a")));
    var renewal = from(started);
    assertThat(renewal.settings().http().keys().isEmpty()).isFalse();
    assertThat(renewal.waiting()).containsExactly("http and management, but for keys");
    files.put("gateway.yaml", OPEN.formatted(""));
    assertThat(Renewal.of(started, renewal.settings(), read()).settings().http().keys().isEmpty())
        .as("it listens on this machine alone")
        .isTrue();
  }
}
