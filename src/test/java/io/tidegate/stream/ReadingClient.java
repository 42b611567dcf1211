package io.tidegate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A client that believes what the contract says of events, and checks it. */
final class ReadingClient {
  private static final String NONE = "none";

  private final List<Long> seqs = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final long start;
  private String reply = NONE;

  ReadingClient(long start) {
    this.start = start;
  }

  void hear(PublicEvent event) {
    var json = new JsonObject(event.json());
    assertThat(json.getString("type")).isEqualTo(event.type());
    if (event.durable()) {
      seqs.add(event.seq());
    }
    switch (event.type()) {
      case "model.started" -> begin(reply(json));
      case "turn.reset" -> begin(NONE);
      case "message.snapshot" -> replace(json);
      case "text.delta" -> grow(text, json);
      case "reasoning.delta" -> grow(reasoning, json);
      case "model.finished" -> {
        assertThat(json.getString("text")).startsWith(text);
        begin(NONE);
      }
      default -> {}
    }
  }

  private static String reply(JsonObject json) {
    return json.getInteger("turn") + "/" + json.getInteger("attempt");
  }

  private void begin(String begun) {
    reply = begun;
    replace("", "");
  }

  private void replace(JsonObject snapshot) {
    assertThat(reply(snapshot)).as("reply of %s", snapshot).isEqualTo(reply);
    replace(snapshot.getString("text"), snapshot.getString("reasoning"));
  }

  private void replace(String said, String thought) {
    text.replace(0, text.length(), said);
    reasoning.replace(0, reasoning.length(), thought);
  }

  private void grow(StringBuilder known, JsonObject delta) {
    assertThat(reply(delta)).as("reply of %s", delta).isEqualTo(reply);
    assertThat(delta.getInteger("offset")).as("offset of %s", delta).isEqualTo(known.length());
    known.append(delta.getString("text"));
  }

  List<Long> seqs() {
    return seqs;
  }

  /** The last durable event that it has, as it would name in {@code Last-Event-ID}. */
  long last() {
    return seqs.isEmpty() ? start : seqs.getLast();
  }

  String text() {
    return text.toString();
  }

  String reasoning() {
    return reasoning.toString();
  }
}
