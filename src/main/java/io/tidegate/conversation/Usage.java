package io.tidegate.conversation;

/**
 * Tokens that a model call used.
 *
 * @param input all input tokens, those read from or written to a cache included
 * @param cachedInput those of the input that were read from the provider's prompt cache
 * @param cacheWrites those of the input that were written to the provider's prompt cache
 * @param output all output tokens, reasoning included
 * @param reasoning those of the output that were reasoning
 */
public record Usage(long input, long cachedInput, long cacheWrites, long output, long reasoning) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  public Usage plus(Usage other) {
    return new Usage(
        input + other.input,
        cachedInput + other.cachedInput,
        cacheWrites + other.cacheWrites,
        output + other.output,
        reasoning + other.reasoning);
  }

  public long total() {
    return input + output;
  }
}
