package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** A client that blocks. */
final class Api implements AutoCloseable {
  /** Nothing that it opens outlives the benchmark. */
  private static final String KEY = "tg_of-a-gateway-that-lives-as-long-as-a-benchmark";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  Api(URI base) {
    this.base = base;
  }

  /** An answer; what is no JSON object is null. */
  record Answer(int status, JsonNode body, String text) {}

  static String bearer() {
    return "Bearer " + KEY;
  }

  static String keyHash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var hash = digest.digest(KEY.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The body that asks for a run. */
  static String run(String agent, String input, String how) {
    return JSON.createObjectNode()
        .put("agent", agent)
        .put("input", input)
        .put(how, true)
        .toString();
  }

  /** The body that asks for a run of a session's agent, and waits for it. */
  static String turn(String input) {
    return JSON.createObjectNode().put("input", input).toString();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  Answer get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET());
  }

  Answer post(String path, String body) {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      var built = request.header("Authorization", bearer()).timeout(PATIENCE).build();
      var answer = http.send(built, BodyHandlers.ofString(StandardCharsets.UTF_8));
      var text = answer.body();
      return new Answer(answer.statusCode(), text.startsWith("{") ? json(text) : null, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Interrupted.of(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
