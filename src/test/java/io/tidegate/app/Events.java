package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/** Questions to what clients saw of a run. */
final class Events {
  private Events() {}

  static List<JsonNode> data(List<Client.Event> events) {
    return events.stream().map(Client.Event::data).toList();
  }

  static List<JsonNode> durable(List<Client.Event> events) {
    return data(events).stream().filter(event -> event.has("seq")).toList();
  }

  static List<JsonNode> of(List<JsonNode> events, String type) {
    return events.stream().filter(event -> type(event).equals(type)).toList();
  }

  static String type(JsonNode event) {
    return event.path("type").asText();
  }

  static List<String> types(List<JsonNode> events) {
    return events.stream().map(Events::type).toList();
  }

  static JsonNode only(List<JsonNode> events, String type) {
    var found = of(events, type);
    if (found.size() != 1) {
      throw new AssertionError("%d of %s in %s".formatted(found.size(), type, types(events)));
    }
    return found.getFirst();
  }

  /** The stop of the run that rested last. */
  static JsonNode stop(List<JsonNode> events) {
    return events.reversed().stream()
        .filter(event -> event.has("stop"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no stop in " + types(events)))
        .get("stop");
  }

  /** Milliseconds since 1970. */
  static long at(JsonNode event) {
    return Instant.parse(event.path("at").asText()).toEpochMilli();
  }

  /** How many calls were under way at one time, at most. */
  static int mostAtOnce(List<JsonNode> events) {
    int now = 0;
    int most = 0;
    for (var event : events) {
      if (type(event).equals("tool.started")) {
        most = Math.max(most, ++now);
      } else if (type(event).equals("tool.finished") && event.path("attempt").asInt() > 0) {
        now--;
      }
    }
    return most;
  }

  /** What was said in one turn, put together of snapshots and deltas as a client would. */
  static String said(List<JsonNode> events, int turn) {
    var text = new StringBuilder();
    for (var event : events) {
      if (event.path("turn").asInt() != turn) {
        continue;
      }
      switch (type(event)) {
        case "turn.reset" -> text.setLength(0);
        case "message.snapshot" -> {
          text.setLength(0);
          text.append(event.path("text").asText());
        }
        case "text.delta" -> {
          if (event.path("offset").asInt() != text.length()) {
            throw new AssertionError("gap at " + text.length() + ": " + event);
          }
          text.append(event.path("text").asText());
        }
        default -> {}
      }
    }
    return text.toString();
  }
}
