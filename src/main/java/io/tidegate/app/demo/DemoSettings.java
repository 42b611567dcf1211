package io.tidegate.app.demo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the demo is to be.
 *
 * @param invoices how many are reconciled
 * @param concurrency how many runs are watched at once
 * @param seed of the simulator's dice
 * @param trouble the share of lookups that fail at first
 * @param data the folder of all that it writes
 * @param keep whether the processes stay until a key is pressed
 * @param chaos whether providers and a tool fall ill while it runs
 * @param real whether a real provider is asked instead of the simulator
 */
record DemoSettings(
    int invoices,
    int concurrency,
    long seed,
    double trouble,
    Path data,
    boolean keep,
    boolean chaos,
    boolean real) {
  DemoSettings {
    check(invoices >= 1 && invoices <= 500, "--invoices must be from 1 to 500.");
    check(concurrency >= 1 && concurrency <= 500, "--concurrency must be from 1 to 500.");
    check(trouble >= 0 && trouble <= 0.5, "--trouble must be from 0 to 0.5.");
    check(!chaos || !real, "--chaos makes simulated providers ill, not a real one.");
    check(!chaos || invoices == 500, "--chaos takes all 500 invoices.");
  }

  /** The environment that names the provider and the model, if it is a real one. */
  Map<String, String> provider(Map<String, String> environment) {
    var named = new LinkedHashMap<String, String>();
    if (real && !environment.getOrDefault("ANTHROPIC_API_KEY", "").isEmpty()) {
      named.put("TIDEGATE_DEMO_PROVIDER", "claude");
      named.put("TIDEGATE_DEMO_MODEL", "claude-sonnet-4-5");
      named.putAll(price("3", "15", "0.3"));
    } else if (real && !environment.getOrDefault("OPENAI_API_KEY", "").isEmpty()) {
      named.put("TIDEGATE_DEMO_PROVIDER", "openai");
      named.put("TIDEGATE_DEMO_MODEL", "gpt-4.1");
      named.putAll(price("2", "8", "0.5"));
    } else {
      check(!real, "--real needs ANTHROPIC_API_KEY or OPENAI_API_KEY in the environment.");
    }
    named.keySet().removeIf(environment::containsKey);
    return named;
  }

  private static Map<String, String> price(String input, String output, String cached) {
    return Map.of(
        "TIDEGATE_DEMO_PRICE_INPUT", input,
        "TIDEGATE_DEMO_PRICE_OUTPUT", output,
        "TIDEGATE_DEMO_PRICE_CACHED", cached);
  }

  private static void check(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
