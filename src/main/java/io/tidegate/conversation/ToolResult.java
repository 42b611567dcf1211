package io.tidegate.conversation;

/**
 * What the model is told about one call.
 *
 * @param call the {@link ToolCall#id}
 * @param error whether the model should read it as a failure
 * @param content a JSON document; a JSON string stands for plain text
 */
public record ToolResult(String call, boolean error, Json content) {}
