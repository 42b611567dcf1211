package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A plain HTTP client that blocks, as a test does. */
final class Client {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  private final String key;

  Client(String base) {
    this(base, "");
  }

  private Client(String base, String key) {
    this.base = base;
    this.key = key;
  }

  /** The same, with an API key. */
  Client with(String apiKey) {
    return new Client(base, apiKey);
  }

  /** An answer; the body is null if it is empty. */
  record Answer(int status, JsonNode body, HttpHeaders headers) {
    /** A text in the body, by its JSON Pointer. */
    String text(String pointer) {
      return body.at(pointer).asText();
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  /** One event of a stream; {@code at} is when it came, in nanoseconds. */
  record Event(String type, String id, JsonNode data, long at) {}

  Answer get(String path, String... headers) {
    var request = request(path).GET();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  Answer post(String path, String body, String... headers) {
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** Posts bytes as they are. */
  Answer post(String path, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body)));
  }

  /** Any method, with a body, whatever the head of what it is about. */
  Answer ask(String method, String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header("If-Match", "*")
            .method(method, BodyPublishers.ofString(body)));
  }

  /** Any method, with no body. */
  Answer ask(String method, String path) {
    return send(request(path).method(method, BodyPublishers.noBody()));
  }

  /** All events of a session that are in the journal, page by page. */
  List<JsonNode> history(String session) {
    var events = new ArrayList<JsonNode>();
    var after = "0";
    while (after != null) {
      var page = get("/v1/sessions/" + session + "/history?limit=50&after=" + after).body();
      page.get("items").forEach(events::add);
      after = page.get("next").isNull() ? null : page.get("next").asText();
    }
    return events;
  }

  Answer put(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /** Reads a stream of a run to its end. */
  List<Event> stream(String path, String body, String... headers) {
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return events(headers.length == 0 ? request : request.headers(headers), event -> false);
  }

  /** Reads a stream of a run until an event that is awaited, and closes it. */
  List<Event> streamUntil(String path, String body, Predicate<Event> awaited) {
    return events(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)),
        awaited);
  }

  /** Reads a stream of events until one that is awaited, and closes it. */
  List<Event> follow(String path, Predicate<Event> awaited, String... headers) {
    var request = request(path).GET();
    return events(headers.length == 0 ? request : request.headers(headers), awaited);
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      var body = response.body();
      boolean json = body.startsWith("{") || body.startsWith("[");
      return new Answer(
          response.statusCode(),
          body.isEmpty()
              ? null
              : json ? Harness.json(body) : Harness.JSON.getNodeFactory().textNode(body),
          response.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private List<Event> events(HttpRequest.Builder request, Predicate<Event> awaited) {
    try {
      var response = http.send(request.build(), BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new AssertionError(
            response.statusCode()
                + " "
                + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
      }
      try (var lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        return events(lines, awaited);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static List<Event> events(BufferedReader lines, Predicate<Event> awaited)
      throws IOException {
    var events = new ArrayList<Event>();
    var type = "";
    var id = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("event:")) {
        type = line.substring(6).strip();
      } else if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("data:")) {
        var event = new Event(type, id, Harness.json(line.substring(5)), System.nanoTime());
        events.add(event);
        type = "";
        id = "";
        if (awaited.test(event)) {
          return events;
        }
      }
    }
    return events;
  }
}
