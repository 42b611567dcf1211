package io.tidegate.simulator.model;

import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Conversation;

/**
 * The tokens that a reply is said to have used: a token is four characters.
 *
 * @param input all input tokens
 * @param cached those of the input that the model had seen when it last spoke, in whole blocks
 * @param output all output tokens, reasoning included
 */
record Tokens(int input, int cached, int output, int reasoning) {
  private static final int CHARS = 4;
  private static final int CACHE_BLOCK = 64;

  static Tokens of(Conversation conversation, Answer answer) {
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
    return (characters + CHARS - 1) / CHARS;
  }
}
