package io.tidegate.simulator.model;

import io.tidegate.simulator.web.Jsons;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was billed, by model. A reply is billed whole as soon as it begins, be it cut off later or
 * not. Shared by all event loops, so it locks.
 */
public final class Bill {
  private final Map<String, long[]> models = new TreeMap<>();

  synchronized void add(String model, Tokens tokens) {
    var sums = models.computeIfAbsent(model, _ -> new long[4]);
    sums[0]++;
    sums[1] += tokens.input();
    sums[2] += tokens.cached();
    sums[3] += tokens.output();
  }

  synchronized void clear() {
    models.clear();
  }

  synchronized Map<String, Object> shown() {
    var shown = new TreeMap<String, Object>();
    models.forEach(
        (model, sums) ->
            shown.put(
                model,
                Jsons.object(
                    "replies", sums[0], "input", sums[1], "cached", sums[2], "output", sums[3])));
    return Jsons.object("models", shown);
  }
}
