package io.tidegate.conversation;

import java.util.regex.Pattern;

/**
 * A model's wish to call a tool.
 *
 * @param id Tidegate's own id, unique in the session: providers reuse theirs
 * @param wireId the provider's id, to be sent back to it, or empty if it gave none
 * @param tool the tool's name in Tidegate's configuration, or whatever name the model made up
 * @param arguments the arguments as the model wrote them: meant to be a JSON object, but not
 *     checked yet
 */
public record ToolCall(String id, String wireId, String tool, String arguments) {
  private static final Pattern ORDINAL = Pattern.compile("-c(\\d{1,9})$");

  /** The id of a run's nth call, counted from 1 over all its replies. */
  public static String id(String run, int ordinal) {
    return run + "-c" + ordinal;
  }

  /** Whether the id is one that {@link #id(String, int)} made for that run. */
  public boolean isOf(String run) {
    return id.equals(id(run, ordinal()));
  }

  /** The ordinal in an id that {@link #id(String, int)} made; 0 for any other. */
  public int ordinal() {
    var ordinal = ORDINAL.matcher(id);
    return ordinal.find() ? Integer.parseInt(ordinal.group(1)) : 0;
  }
}
