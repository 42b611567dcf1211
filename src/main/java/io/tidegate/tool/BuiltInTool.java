package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.tool.builtin.BadInput;
import io.tidegate.tool.builtin.BuiltIn;

/** A tool that answers within the gateway, at once. */
record BuiltInTool(BuiltIn builtIn) implements Tool {

  @Override
  public Running start(Invocation invocation, JsonNode args) {
    return new Over(reply(args));
  }

  private Reply reply(JsonNode args) {
    try {
      return new Reply(Outcome.SUCCEEDED, builtIn.call(args), 1, null);
    } catch (BadInput e) {
      return new Reply(
          Outcome.FAILED, Reply.error(String.valueOf(e.getMessage())), 1, FailureClass.TOOL_ERROR);
    }
  }
}
