package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Toolbox.Invocation;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Executes the calls of one tool, and gives its results as they come. */
interface Tool {

  /** Starts a call. Never throws. */
  Running start(Invocation invocation, JsonNode args);

  /** A call under way. */
  interface Running {
    /** What came of it; never fails. */
    Future<Reply> reply();

    void cancel();
  }

  /** What came of a call, before any transform. */
  record Reply(Outcome outcome, JsonNode result, int tries, @Nullable FailureClass failure) {

    /** One that was not sent. */
    static Reply unsent(FailureClass why, String sentence) {
      return new Reply(Outcome.FAILED, error(sentence), 0, why);
    }

    /** A failure as the model reads it. */
    static JsonNode error(String sentence) {
      return JsonNodeFactory.instance.objectNode().put("error", sentence);
    }
  }

  /** A call that is over already. */
  record Over(Reply over) implements Running {
    @Override
    public Future<Reply> reply() {
      return Future.succeededFuture(over);
    }

    @Override
    public void cancel() {}
  }
}
