package io.tidegate.model.anthropic;

import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive messages of one side as the protocol wants them: the sides take turns, a turn is
 * never empty, no text is blank, and results come first.
 */
record Turn(Side side, List<Block> blocks) {

  /** Who speaks. */
  enum Side {
    USER("user"),
    ASSISTANT("assistant");

    private final String wire;

    Side(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }

  /** What a turn consists of. */
  sealed interface Block {
    record Text(String text) implements Block {}

    /** A block of the provider's own, sent back as it came. */
    record Own(String json) implements Block {}

    record Use(ToolCall call) implements Block {}

    record Result(ToolResult result) implements Block {}
  }

  private static final Block.Text NOTHING = new Block.Text("(nothing)");

  /** The turns of a transcript. A reply without anything that can be sent is no turn. */
  static List<Turn> of(List<Message> transcript) {
    var turns = new ArrayList<Turn>();
    for (var message : transcript) {
      switch (message) {
        case Message.User(var text) -> add(turns, Side.USER, said(text));
        case Message.Assistant(var parts) -> add(turns, Side.ASSISTANT, replied(parts));
        case Message.Results(var results) -> addFirst(turns, results);
      }
    }
    return turns.stream().map(Turn::legal).toList();
  }

  private static List<Block> said(String text) {
    return text.isBlank() ? List.of() : List.of(new Block.Text(text));
  }

  private static List<Block> replied(List<Part> parts) {
    var blocks = new ArrayList<Block>();
    for (var part : parts) {
      switch (part) {
        case Part.Text(var text) -> blocks.addAll(said(text));
        case Part.Reasoning reasoning -> blocks.addAll(thought(reasoning));
        case Part.Call(var call) -> blocks.add(new Block.Use(call));
      }
    }
    return blocks;
  }

  private static List<Block> thought(Part.Reasoning reasoning) {
    boolean ours =
        reasoning.protocol().equals(AnthropicMessages.NAME) && reasoning.opaque().isObject();
    return ours ? List.of(new Block.Own(reasoning.opaque().text())) : List.of();
  }

  private static void add(List<Turn> turns, Side side, List<Block> blocks) {
    if (side == Side.USER || !blocks.isEmpty()) {
      last(turns, side).blocks.addAll(blocks);
    }
  }

  private static void addFirst(List<Turn> turns, List<ToolResult> results) {
    List<Block> blocks = last(turns, Side.USER).blocks;
    int at = (int) blocks.stream().filter(Block.Result.class::isInstance).count();
    blocks.addAll(at, results.stream().<Block>map(Block.Result::new).toList());
  }

  private static Turn last(List<Turn> turns, Side side) {
    if (turns.isEmpty() || turns.getLast().side != side) {
      turns.add(new Turn(side, new ArrayList<>()));
    }
    return turns.getLast();
  }

  private Turn legal() {
    return blocks.isEmpty() ? new Turn(side, List.of(NOTHING)) : this;
  }
}
