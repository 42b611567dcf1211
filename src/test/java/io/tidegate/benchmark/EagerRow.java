package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Calls that start while the reply that makes them is still on its way. */
final class EagerRow implements Row {
  /** 20 ms and eleven pauses of 89 ms. */
  private static final double STREAM_MS = 20 + 11 * 89;

  private static final double TOOL_MS = 500;

  /** The last call is whole when the stream ends. */
  private static final double LIMIT = 1.05;

  @Override
  public String name() {
    return "eager";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    var steps = new ArrayList<Double>();
    int eager = 0;
    try (var house = lab.house()) {
      var gateway = house.gateway();
      MemoryRow.warmUp(lab, gateway);
      try (var api = new Api(gateway.url())) {
        for (int i = 0; i < lab.size().repeats(); i++) {
          var events = events(api.post("/v1/runs", Api.run("early", "Wait.", "stream")).text());
          steps.add(stepMs(events));
          eager += (int) events.stream().filter(e -> e.path("eager").asBoolean()).count();
        }
      }
    }
    Collections.sort(steps);
    double step = steps.get(steps.size() / 2);
    return List.of(
        Figure.atMost(
            name(),
            "a step of calls in mid-reply against the ideal",
            step / (STREAM_MS + TOOL_MS),
            LIMIT,
            "×"),
        Figure.told(
            name(),
            "  ideal %.0f ms, 2000 ms if all started at the end".formatted(STREAM_MS + TOOL_MS),
            String.format(
                Locale.ROOT,
                "%.0f ms, %.1f of 4 calls early",
                step,
                (double) eager / lab.size().repeats())));
  }

  static List<JsonNode> events(String stream) {
    return stream
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> Api.json(line.substring(5)))
        .toList();
  }

  /** From when the model is asked first to when it is asked again. */
  private static double stepMs(List<JsonNode> events) {
    var asked =
        events.stream()
            .filter(event -> event.path("type").asText().equals("model.started"))
            .map(event -> Instant.parse(event.path("at").asText()).toEpochMilli())
            .toList();
    if (asked.size() != 2) {
      throw new IllegalStateException("a run asked the model %d times".formatted(asked.size()));
    }
    return asked.get(1) - asked.get(0);
  }
}
