package io.tidegate.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A client that follows a session's events until the stream ends or breaks, and keeps them. */
final class Follower {
  private final List<Client.Event> events = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean over;

  private Follower(String url, String lastEventId) {
    this.thread = Thread.ofVirtual().start(() -> follow(url, lastEventId));
  }

  /** Follows from after the event with that id, or from the start if it is empty. */
  static Follower of(ServeProcess gateway, String session, String lastEventId) {
    return at(gateway.url(), session, lastEventId);
  }

  static Follower at(String gateway, String session, String lastEventId) {
    return new Follower(gateway + "/v1/sessions/" + session + "/events", lastEventId);
  }

  List<Client.Event> events() {
    return List.copyOf(events);
  }

  /** Those that are in the journal. */
  List<Client.Event> durable() {
    return events.stream().filter(event -> !event.id().isEmpty()).toList();
  }

  String lastEventId() {
    var durable = durable();
    return durable.isEmpty() ? "" : durable.getLast().id();
  }

  void await(String what, Predicate<Client.Event> awaited) {
    Site.until(what, () -> over || events.stream().anyMatch(awaited));
    if (events.stream().noneMatch(awaited)) {
      throw new AssertionError("the stream ended before: " + what + ", after " + events);
    }
  }

  /** Waits until the stream is broken off. */
  void awaitEnd() throws InterruptedException {
    thread.join();
  }

  /** Waits until the stream is broken off, but no longer than that; says whether it was. */
  boolean awaitEnd(long ms) throws InterruptedException {
    return thread.join(Duration.ofMillis(ms));
  }

  void close() {
    thread.interrupt();
  }

  private void follow(String url, String lastEventId) {
    var request = HttpRequest.newBuilder(URI.create(url)).GET();
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    try (var http = HttpClient.newHttpClient()) {
      var body = http.send(request.build(), BodyHandlers.ofInputStream()).body();
      try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        read(lines);
      }
      http.shutdownNow();
    } catch (IOException | InterruptedException _) {
      // It was broken off, which is what it is for.
    } finally {
      over = true;
    }
  }

  private void read(BufferedReader lines) throws IOException {
    var type = "";
    var id = "";
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("event:")) {
        type = line.substring(6).strip();
      } else if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("data:")) {
        events.add(new Client.Event(type, id, Harness.json(line.substring(5)), System.nanoTime()));
        id = "";
      }
    }
  }
}
