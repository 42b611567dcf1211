package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.tidegate.tool.ToolSettings.Target;
import io.tidegate.tool.json.JsonText;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** A tool that is ready for calls: what executes it, and the transform of what it answers. */
record ConfiguredTool(ToolSettings settings, Tool tool, @Nullable Transform transform) {

  static ConfiguredTool of(ToolSettings settings, Wire wire) {
    String transform = settings.transform();
    return new ConfiguredTool(
        settings, tool(settings, wire), transform.isBlank() ? null : new Transform(transform));
  }

  private static Tool tool(ToolSettings settings, Wire wire) {
    return switch (settings.target()) {
      case Target.Http http -> new HttpTool(wire, settings, http);
      case Target.BuiltIn(String name) -> new BuiltInTool(BuiltIns.named(name, wire.time()));
    };
  }

  Execution start(Invocation invocation) {
    JsonNode args = JsonText.tree(invocation.args());
    Tool.Running running = tool.start(invocation, args);
    return new Started(
        running.reply().map(reply -> returned(transformed(reply, args))), running::cancel);
  }

  /** An execution that ended before it began. */
  static Execution over(Tool.Reply reply) {
    return new Started(Future.succeededFuture(returned(reply)), () -> {});
  }

  private record Started(Future<Returned> result, Runnable stop) implements Execution {
    @Override
    public void cancel() {
      stop.run();
    }
  }

  private Tool.Reply transformed(Tool.Reply reply, JsonNode args) {
    if (transform == null || reply.outcome() != Outcome.SUCCEEDED) {
      return reply;
    }
    try {
      JsonNode result = transform.apply(reply.result(), args);
      return new Tool.Reply(Outcome.SUCCEEDED, result, reply.tries(), null);
    } catch (Transform.Failed e) {
      return new Tool.Reply(
          Outcome.FAILED, Tool.Reply.error(sentence(e)), reply.tries(), FailureClass.TOOL_ERROR);
    }
  }

  private String sentence(Transform.Failed failure) {
    return switch (settings.contract().effect()) {
      case READ -> "The tool's result can't be transformed: " + failure.getMessage() + ".";
      case IDEMPOTENT, WRITE ->
          "The call took effect, so don't repeat it; but its result can't be transformed: "
              + failure.getMessage()
              + ".";
    };
  }

  private static Returned returned(Tool.Reply reply) {
    return new Returned(
        reply.outcome(), JsonText.write(reply.result()), reply.tries(), reply.failure(), false);
  }
}
