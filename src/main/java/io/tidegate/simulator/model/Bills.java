package io.tidegate.simulator.model;

import io.tidegate.simulator.web.Jsons;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the provider charges for, in tokens by model: whole replies, and what was read and said of
 * those that broke or were cancelled. Shared by all event loops, so it locks.
 */
public final class Bills {
  /** Names of models come from requests; what is beyond this is billed together. */
  private static final int MODELS_MAX = 100;

  private final Map<String, Bill> byModel = new LinkedHashMap<>();

  private static final class Bill {
    private long complete;
    private long input;
    private long cached;
    private long output;
    private long broken;
    private long brokenInput;
    private long brokenOutput;
  }

  synchronized void complete(String model, Tokens tokens) {
    var bill = bill(model);
    bill.complete++;
    bill.input += tokens.input();
    bill.cached += tokens.cached();
    bill.output += tokens.output();
  }

  /** A reply that did not come to its end had said so much. */
  synchronized void broken(String model, int input, int output) {
    var bill = bill(model);
    bill.broken++;
    bill.brokenInput += input;
    bill.brokenOutput += output;
  }

  private Bill bill(String model) {
    var name = byModel.containsKey(model) || byModel.size() < MODELS_MAX ? model : "*";
    return byModel.computeIfAbsent(name, _ -> new Bill());
  }

  synchronized void clear() {
    byModel.clear();
  }

  synchronized Map<String, Object> shown() {
    return Jsons.object("items", items());
  }

  private List<Map<String, Object>> items() {
    return byModel.entrySet().stream()
        .map(
            entry -> {
              var bill = entry.getValue();
              var shown = Jsons.object("model", entry.getKey(), "complete", bill.complete);
              shown.put("input", bill.input);
              shown.put("cached", bill.cached);
              shown.put("output", bill.output);
              shown.put("broken", bill.broken);
              shown.put("broken_input", bill.brokenInput);
              shown.put("broken_output", bill.brokenOutput);
              return shown;
            })
        .toList();
  }
}
