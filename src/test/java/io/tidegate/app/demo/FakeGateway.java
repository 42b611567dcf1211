package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As much of the gateway as the demo's driver talks to: runs by key, their streams, the inbox. It
 * asks the simulator's model, uses its tools, and breaks many of its streams.
 */
final class FakeGateway implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI simulator;
  private final HttpServer server;
  private final Map<String, Run> runs = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  volatile boolean postsTwice;

  FakeGateway(URI simulator) throws IOException {
    this.simulator = simulator;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/runs", this::start);
    server.createContext("/v1/approvals", this::inbox);
    server.createContext("/v1/sessions/", this::session);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  int runs() {
    return runs.size();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** A run: what the model said and heard, and where it rests. */
  private final class Run {
    final String session;
    final List<Object> messages = new ArrayList<>();
    final CompletableFuture<Map<String, Object>> rests = new CompletableFuture<>();
    volatile Map<String, Object> stop = Map.of();
    volatile String status = "running";
    volatile JsonNode pending;

    Run(String session, String input) {
      this.session = session;
      messages.add(Map.of("role", "user", "content", input));
      Thread.startVirtualThread(this::loop);
    }

    void loop() {
      for (var reply = ask(); ; reply = ask()) {
        messages.add(reply);
        if (!reply.has("tool_calls")) {
          rest("stopped", "completed", reply.path("content").asText());
          return;
        }
        for (var call : reply.path("tool_calls")) {
          if (isGated(call)) {
            pending = call;
            rest("suspended", "approval_pending", null);
            return;
          }
          hear(call, use(call));
        }
      }
    }

    void decide(boolean approved) {
      var call = pending;
      pending = null;
      status = "running";
      hear(call, approved ? use(call) : "{\"error\": \"A person denied this call.\"}");
      Thread.startVirtualThread(this::loop);
    }

    private boolean isGated(JsonNode call) {
      return call.path("function").path("name").asText().equals("post-entry")
          && args(call).path("variance").asDouble() > 1000;
    }

    private void rest(String where, String reason, String output) {
      var map = new TreeMap<String, Object>();
      map.put("reason", reason);
      map.put("output", output);
      map.put("cost_usd", "0.001");
      map.put("usage", Map.of("input", 100, "output", 10));
      stop = map;
      status = where;
      rests.complete(map);
    }

    private void hear(JsonNode call, String result) {
      messages.add(
          Map.of("role", "tool", "tool_call_id", call.path("id").asText(), "content", result));
    }

    private JsonNode ask() {
      var body = Map.of("model", "reconciler?first=0&every=0", "messages", messages);
      var reply = send("/v1/chat/completions", body, "");
      return parse(reply).path("choices").path(0).path("message");
    }

    private String use(JsonNode call) {
      var tool = call.path("function").path("name").asText().replace('-', '_');
      var key = session + "-" + call.path("id").asText();
      if (postsTwice && tool.equals("post_entry")) {
        send("/tools/" + tool, args(call), key + "-again");
      }
      return send("/tools/" + tool, args(call), key);
    }
  }

  private void start(HttpExchange exchange) throws IOException {
    if (requests.incrementAndGet() % 5 == 0) {
      answer(exchange, 503, Map.of());
      return;
    }
    var key = exchange.getRequestHeaders().getFirst("idempotency-key");
    var input = parse(body(exchange)).path("input").asText();
    var run = runs.computeIfAbsent(key, k -> new Run("s-" + k, input));
    exchange.getResponseHeaders().add("content-type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    if (requests.get() % 7 != 0) {
      event(exchange, Map.of("type", "run.started", "session", run.session, "run", "r1"));
    }
    if (requests.get() % 3 != 0) {
      run.rests.join();
      event(
          exchange,
          Map.of(
              "type",
              "run." + run.status,
              "session",
              run.session,
              "run",
              "r1",
              "stop",
              run.rests.join()));
    }
    exchange.close();
  }

  private void inbox(HttpExchange exchange) throws IOException {
    var items = new ArrayList<Object>();
    runs.values().stream().filter(run -> run.pending != null).forEach(run -> items.add(shown(run)));
    answer(exchange, 200, Map.of("items", items));
  }

  private static Map<String, Object> shown(Run run) {
    return Map.of(
        "session", run.session, "call", "c1", "tool", "post-entry", "args", args(run.pending));
  }

  private void session(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath().split("/", -1);
    var run = runs.get(path[3].substring(2));
    if (path[4].equals("approvals")) {
      run.decide(parse(body(exchange)).path("decision").asText().equals("approve"));
    }
    answer(exchange, 200, Map.of("status", run.status, "stop", run.stop));
  }

  private String send(String path, Object body, String key) {
    var request =
        HttpRequest.newBuilder(simulator.resolve(path))
            .header("idempotency-key", key)
            .POST(HttpRequest.BodyPublishers.ofString(text(body)))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void event(HttpExchange exchange, Object event) throws IOException {
    exchange
        .getResponseBody()
        .write(("data: " + text(event) + "\n\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
    var bytes = text(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static JsonNode args(JsonNode call) {
    return parse(call.path("function").path("arguments").asText());
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
