package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * About how many tokens a question has: a token for each four characters, as providers advise for
 * English. It serves to choose and to pace; money goes by what is surely enough. Counted when it is
 * first asked for, as most questions are neither chosen by it nor paced. Any thread may ask.
 */
final class QuestionSize implements LongSupplier {
  private static final int CHARS_PER_TOKEN = 4;
  private static final long UNKNOWN = -1;

  private final String instructions;
  private final List<Contract> tools;
  private final List<Message> transcript;
  private volatile long tokens = UNKNOWN;

  QuestionSize(String instructions, List<Contract> tools, List<Message> transcript) {
    this.instructions = instructions;
    this.tools = tools;
    this.transcript = transcript;
  }

  /** In tokens. */
  @Override
  public long getAsLong() {
    if (tokens == UNKNOWN) {
      tokens = counted();
    }
    return tokens;
  }

  private long counted() {
    long chars = instructions.length();
    for (var tool : tools) {
      chars += tool.name().length() + tool.description().length() + tool.input().text().length();
    }
    for (var message : transcript) {
      chars += chars(message);
    }
    return Math.ceilDiv(chars, CHARS_PER_TOKEN);
  }

  private static long chars(Message message) {
    return switch (message) {
      case Message.User(var text) -> text.length();
      case Message.Assistant(var parts) -> parts.stream().mapToLong(QuestionSize::chars).sum();
      case Message.Results(var results) ->
          results.stream().mapToLong(result -> result.content().text().length()).sum();
    };
  }

  private static long chars(Part part) {
    return switch (part) {
      case Part.Text(var text) -> text.length();
      case Part.Reasoning reasoning -> reasoning.opaque().text().length();
      case Part.Call(var call) -> call.tool().length() + call.arguments().length();
    };
  }
}
