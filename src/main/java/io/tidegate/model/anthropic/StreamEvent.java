package io.tidegate.model.anthropic;

import static io.tidegate.model.wire.JsonIo.eachField;
import static io.tidegate.model.wire.JsonIo.number;
import static io.tidegate.model.wire.JsonIo.string;

import com.fasterxml.jackson.core.JsonParser;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.ReportedError;
import java.io.IOException;

/**
 * One event of the stream, read in one pass: what it means is known by its type, and a field may
 * stand before the type. What an event does not have is empty.
 */
final class StreamEvent {
  private final UsageCount usage;
  String type = "";
  int index;
  String model = "";
  String stopReason = "";
  String deltaType = "";

  /** What the delta adds: text, a thought, a signature or arguments. */
  String added = "";

  Block block = new Block();
  ReportedError error = ReportedError.NONE;

  /** A block as it starts. */
  static final class Block {
    String type = "";
    String id = "";
    String name = "";
    String text = "";
    String signature = "";
    String data = "";
    String input = "";
  }

  private StreamEvent(UsageCount usage) {
    this.usage = usage;
  }

  /** Reads an event; its usage is added to what was counted before. */
  static StreamEvent read(byte[] data, int start, int end, UsageCount usage) throws IOException {
    var event = new StreamEvent(usage);
    JsonIo.object(data, start, end, event::field);
    return event;
  }

  private void field(String name, JsonParser in) throws IOException {
    switch (name) {
      case "type" -> type = string(in);
      case "index" -> index = (int) number(in, 0);
      case "delta" -> eachField(in, field -> delta(field, in));
      case "content_block" -> eachField(in, field -> block(field, in));
      case "message" -> eachField(in, field -> message(field, in));
      case "usage" -> usage.read(in);
      case "error" -> error = ReportedError.of(JsonIo.tree(in));
      default -> in.skipChildren();
    }
  }

  private void delta(String name, JsonParser in) throws IOException {
    switch (name) {
      case "type" -> deltaType = string(in);
      case "text", "thinking", "signature", "partial_json" -> added = string(in);
      case "stop_reason" -> stopReason = string(in);
      default -> in.skipChildren();
    }
  }

  private void block(String name, JsonParser in) throws IOException {
    switch (name) {
      case "type" -> block.type = string(in);
      case "id" -> block.id = string(in);
      case "name" -> block.name = string(in);
      case "text", "thinking" -> block.text = string(in);
      case "signature" -> block.signature = string(in);
      case "data" -> block.data = string(in);
      case "input" -> block.input = JsonIo.text(out -> out.copyCurrentStructure(in));
      default -> in.skipChildren();
    }
  }

  private void message(String name, JsonParser in) throws IOException {
    switch (name) {
      case "model" -> model = string(in);
      case "usage" -> usage.read(in);
      default -> in.skipChildren();
    }
  }
}
