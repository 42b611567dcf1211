package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.config.Config;
import io.tidegate.config.Look;
import io.tidegate.config.Settings;
import io.tidegate.meter.ReloadMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReloadTest {
  private static final String MODELS =
      """
      providers: {own: {protocol: openai-chat, base-url: 'http://localhost/v1'}}
      models: {smart: {targets: [{provider: own, model: m}]}}
      """;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Paper paper = new Paper();
  private final LiveSettings live = new LiveSettings(paper.read(paper.look()));
  private final List<Settings> used = new ArrayList<>();
  private boolean unusable;
  private long nowMs = 5_000;

  private final Reload reload =
      new Reload(
          paper, paper.look(), live::now, this::use, new ReloadMeters(registry, () -> nowMs));

  private void use(Settings settings) {
    if (unusable) {
      throw new IllegalArgumentException("a header that HTTP forbids");
    }
    used.add(settings);
    live.replace(settings);
  }

  /** Files that the test writes. */
  private static final class Paper implements Reload.Written {
    private final TreeMap<String, Look.Content> files = new TreeMap<>();

    Paper() {
      write("models.yaml", MODELS);
      write("agents/one.yaml", "model: smart\n");
    }

    void write(String name, String text) {
      files.put(name, new Look.Content(text, ""));
    }

    @Override
    public Look look() {
      return new Look(files, Map.of(), List.of());
    }

    @Override
    public Settings read(Look look) {
      return Config.read(look, Serve.parts());
    }
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      reload.look();
    }
  }

  private double count(String outcome) {
    return registry.get("tidegate.config.reloads").tag("outcome", outcome).counter().count();
  }

  private double gauge(String name) {
    return registry.get("tidegate.config." + name).gauge().value();
  }

  private String instructions() {
    return live.find("one").orElseThrow().pin().instructions();
  }

  private void brief(String instructions) {
    paper.write("agents/one.yaml", "model: smart\ninstructions: " + instructions + "\n");
  }

  @Test
  void nothingHappensWhileNothingChanges() {
    look(10);
    assertThat(used).isEmpty();
    assertThat(count("applied") + count("refused")).isZero();
    assertThat(gauge("applied.time")).isEqualTo(5.0);
  }

  @Test
  void changeIsInUseWhenTwoLooksSawTheSame() {
    brief("Brief.");
    nowMs = 8_000;
    look(1);
    assertThat(used).isEmpty();
    look(1);
    assertThat(instructions()).isEqualTo("Brief.");
    assertThat(gauge("applied.time")).isEqualTo(8.0);
    look(10);
    assertThat(used).as("once").hasSize(1);
    assertThat(count("applied")).isEqualTo(1);
  }

  @Test
  void whatChangesFromLookToLookIsLeftAlone() {
    for (int i = 0; i < 10; i++) {
      brief("Half written " + i);
      look(1);
    }
    assertThat(used).isEmpty();
    look(1);
    assertThat(instructions()).isEqualTo("Half written 9");
  }

  @Test
  void whatIsWrongChangesNothingAndIsToldOnce() {
    paper.write("agents/one.yaml", "model: smrt\n");
    look(10);
    assertThat(used).isEmpty();
    assertThat(count("refused")).isEqualTo(1);
    assertThat(gauge("refused")).isEqualTo(1);
    brief("Mended.");
    look(2);
    assertThat(instructions()).isEqualTo("Mended.");
    assertThat(gauge("refused")).isZero();
  }

  @Test
  void whatIsTakenBackIsNoLongerRefused() {
    paper.write("agents/one.yaml", "model: [\n");
    look(2);
    paper.write("agents/one.yaml", "model: smart\n");
    look(2);
    assertThat(gauge("refused")).isZero();
    assertThat(count("applied")).isEqualTo(1);
  }

  @Test
  void whatCanNotBeUsedIsRefusedAsWell() {
    unusable = true;
    brief("Brief.");
    look(2);
    assertThat(instructions()).isEmpty();
    assertThat(gauge("refused")).isEqualTo(1);
  }

  @Test
  void itShowsThatSomethingWaitsForARestart() {
    paper.write("gateway.yaml", "drain: 3s\n");
    look(2);
    assertThat(gauge("awaits.restart")).isEqualTo(1);
    brief("Brief.");
    look(2);
    assertThat(gauge("awaits.restart")).as("still").isEqualTo(1);
    paper.write("gateway.yaml", "");
    look(2);
    assertThat(gauge("awaits.restart")).isZero();
  }
}
