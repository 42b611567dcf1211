package io.tidegate.app.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The gateway's HTTP API, or the simulator's. What a server that restarts refuses or loses is sent
 * again; so whatever is sent must be safe to repeat.
 */
final class GatewayApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Set<Integer> AGAIN = Set.of(429, 500, 502, 503, 504);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;

  GatewayApi(URI base) {
    this.base = base;
  }

  /** An answer that is no success, and that no repetition would mend. */
  static final class Refused extends IllegalStateException {
    private final int status;

    Refused(int status, String body) {
      super("The server answered %d: %s".formatted(status, body));
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  JsonNode get(String path) throws InterruptedException {
    return parse(text(path));
  }

  String text(String path) throws InterruptedException {
    return sent(request(path).GET().timeout(TIMEOUT).build());
  }

  JsonNode send(String method, String path, Object body) throws InterruptedException {
    var content = BodyPublishers.ofString(written(body));
    return parse(sent(request(path).method(method, content).timeout(TIMEOUT).build()));
  }

  /**
   * Posts, and shows the objects of the SSE stream that comes back. Not repeated: a stream that
   * breaks off is an {@link IOException}.
   */
  void stream(String path, Object body, String key, Consumer<JsonNode> seen)
      throws IOException, InterruptedException {
    var request =
        request(path)
            .header("accept", "text/event-stream")
            .header("idempotency-key", key)
            .POST(BodyPublishers.ofString(written(body)))
            .build();
    var response = client.send(request, BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() != 200) {
        throw failure(response.statusCode(), String.join("\n", lines.toList()));
      }
      lines
          .filter(line -> line.startsWith("data:"))
          .map(line -> parse(line.substring(5)))
          .forEach(seen);
    } catch (UncheckedIOException e) {
      throw new IOException("The stream broke off.", e);
    }
  }

  private static IOException failure(int status, String body) {
    if (AGAIN.contains(status)) {
      return new IOException("The server answered %d for now.".formatted(status));
    }
    throw new Refused(status, body);
  }

  private String sent(HttpRequest request) throws InterruptedException {
    var backoff = new Backoff();
    while (true) {
      try {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 == 2) {
          return response.body();
        }
        throw failure(response.statusCode(), response.body());
      } catch (IOException e) {
        if (!backoff.again()) {
          throw new UncheckedIOException(request.uri() + " can't be reached.", e);
        }
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).header("content-type", "application/json");
  }

  private String written(Object body) {
    try {
      return json.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document, or a missing node if it is none. */
  JsonNode parse(String text) {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }
}
