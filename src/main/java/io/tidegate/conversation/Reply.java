package io.tidegate.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's whole reply.
 *
 * @param parts text, reasoning and calls in the model's order
 * @param finish why it ended
 * @param usage the tokens that the provider counted, or null if it did not say
 * @param model the model that answered, as the provider names it
 */
public record Reply(List<Part> parts, Finish finish, @Nullable Usage usage, String model) {
  public Reply {
    parts = List.copyOf(parts);
  }
}
