package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a gateway writes to its log: a process of its own, whose stream is no terminal. */
class LogsIT {
  private static final String KEY = "sk-provider-key-0123456789";
  private static final String HEADER = "tool-header-0123456789";
  private static final String PROMPT = "my password is hunter2hunter2";

  /** Of a run whose tool and whose model are not there, and of what else happens. */
  private static List<JsonNode> lines(String configured) {
    var files =
        Map.of(
            "gateway.yaml",
            configured,
            "models.yaml",
            """
            providers:
              away: {protocol: anthropic, base-url: "http://127.0.0.1:9", api-key: "%s"}
            models:
              script:
                targets: [{provider: away, model: x, retry: {attempts: 1}}]
            """
                .formatted(KEY),
            "tools.yaml",
            """
            tools:
              look:
                description: Is not there
                http: {method: POST, url: "http://127.0.0.1:9/x", headers: {X-Secret: "%s"}}
                input: {type: object}
                effect: read
            """
                .formatted(HEADER),
            "agents/worker.yaml",
            "model: script\ntools: [look]\ninstructions: \"" + PROMPT + "\"\n",
            "agents/careful.yaml",
            "model: script\n");
    try (var site = Site.prepared(files)) {
      var gateway = ServeProcess.start(site.environment(ServeProcess.LOG_FORMAT, "auto"));
      var stop =
          gateway
              .client()
              .post("/v1/runs", "{\"agent\": \"worker\", \"input\": \"" + PROMPT + "\"}")
              .body();
      assertThat(stop.at("/stop/reason").asText()).isEqualTo("model_unavailable");
      assertThat(gateway.client().with("tg_wrong").get("/v1/sessions").status()).isLessThan(500);
      gateway.client().post("/v1/runs", "{\"input\": \"" + PROMPT + "\"");
      gateway.terminate();
      gateway.exitStatus();
      return gateway.complaints().lines().map(Harness::json).toList();
    }
  }

  @Test
  void linesAreJsonAndHoldNeitherSecretsNorPrompts() {
    var lines = lines("drain: 5s\n");
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.path("at").asText()).isNotEmpty();
              assertThat(line.path("level").asText()).isNotEmpty();
              assertThat(line.path("message").asText()).isNotEmpty();
            });
    assertThat(lines.toString()).doesNotContain(KEY, HEADER, "hunter2");
    assertThat(lines).extracting(line -> line.path("message").asText()).contains("run started");
    var stopped = only(lines, "run stopped");
    assertThat(stopped.path("session").asText()).startsWith("s_");
    assertThat(stopped.path("run").asText()).startsWith("r_");
    assertThat(stopped.path("reason").asText()).isEqualTo("model_unavailable");
    assertThat(stopped.path("cost_usd").asText()).isEqualTo("0.00");
    assertThat(stopped.path("duration_ms").isIntegralNumber()).isTrue();
  }

  @Test
  void contentIsThereWhenItIsAskedFor() {
    var lines = lines("drain: 5s\nlogging: {content: true}\n");
    assertThat(only(lines, "run started").path("input").asText()).isEqualTo(PROMPT);
    assertThat(lines.toString()).doesNotContain(KEY, HEADER);
  }

  private static JsonNode only(List<JsonNode> lines, String message) {
    var found = lines.stream().filter(it -> it.path("message").asText().equals(message)).toList();
    assertThat(found).as("%s in %s", message, lines).hasSize(1);
    return found.getFirst();
  }
}
