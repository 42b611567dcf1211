package io.tidegate.simulator.model;

import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Conversation;
import io.tidegate.simulator.scenario.Conversation.Said;

/**
 * The tokens that a reply is said to have used.
 *
 * @param input all input tokens
 * @param cached those of the input that the model had seen when it last spoke, in whole blocks
 * @param output all output tokens, reasoning included
 */
record Tokens(int input, int cached, int output, int reasoning) {
  private static final int CACHE_BLOCK = 64;

  /**
   * Counts.
   *
   * @param definitions the tools on offer, as they were described
   */
  static Tokens of(
      Conversation conversation, Answer answer, Tokenizer tokenizer, String definitions) {
    return tokenizer == Tokenizer.CHARS
        ? ofChars(conversation, answer)
        : of(conversation, answer, tokenizer, tokenizer.count(definitions));
  }

  private static Tokens of(
      Conversation conversation, Answer answer, Tokenizer tokenizer, int definitions) {
    int input = definitions + tokenizer.count(conversation.system());
    for (var said : conversation.said()) {
      input += tokenizer.frame() + said(said, tokenizer);
    }
    int reasoning = tokenizer.count(answer.think());
    int output = reasoning + tokenizer.count(answer.say());
    for (var call : answer.calls()) {
      output += tokenizer.frame() + tokenizer.count(call.tool()) + tokenizer.count(call.args());
    }
    return new Tokens(input, 0, output, reasoning);
  }

  private static int said(Said said, Tokenizer tokenizer) {
    return switch (said) {
      case Said.User(var text) -> tokenizer.count(text);
      case Said.Result(var id, var text, var _) -> tokenizer.count(id) + tokenizer.count(text);
      case Said.Assistant(var text, var calls) -> {
        int tokens = tokenizer.count(text);
        for (var call : calls) {
          tokens +=
              tokenizer.frame()
                  + tokenizer.count(call.id())
                  + tokenizer.count(call.tool())
                  + tokenizer.count(call.args());
        }
        yield tokens;
      }
    };
  }

  private static Tokens ofChars(Conversation conversation, Answer answer) {
    var size = conversation.size();
    int cached = count(size.seenBefore()) / CACHE_BLOCK * CACHE_BLOCK;
    int reasoning = count(answer.think().length());
    int calls =
        answer.calls().stream()
            .mapToInt(call -> count(call.tool().length() + call.args().length()))
            .sum();
    int output = reasoning + count(answer.say().length()) + calls;
    return new Tokens(Math.max(1, count(size.all())), cached, output, reasoning);
  }

  /** The tokens of so many characters. */
  static int count(int characters) {
    return Tokenizer.chars(characters);
  }
}
