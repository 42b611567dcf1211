package io.tidegate.guard;

import io.tidegate.conversation.Json;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call that may have to wait for its turn before it is sent. On its caller's context alone. */
final class LateExecution implements Execution {
  private final Promise<Returned> result = Promise.promise();
  private final Consumer<Returned> onEnd;
  private @Nullable Execution begun;
  private boolean over;

  /**
   * @param onEnd what is to be done when it is over, however it ends
   */
  LateExecution(Consumer<Returned> onEnd) {
    this.onEnd = onEnd;
  }

  boolean isOver() {
    return over;
  }

  /** It is under way; the task gets what comes back before everybody else. */
  void begin(Execution execution, Consumer<Returned> task) {
    begun = execution;
    execution
        .result()
        .onSuccess(
            returned -> {
              task.accept(returned);
              end(returned);
            });
  }

  /** It is over, be it sent or not. Harmless the second time. */
  void end(Returned returned) {
    if (!over) {
      over = true;
      onEnd.accept(returned);
      result.complete(returned);
    }
  }

  @Override
  public Future<Returned> result() {
    return result.future();
  }

  @Override
  public boolean sent() {
    return begun != null && begun.sent();
  }

  @Override
  public void cancel() {
    if (begun != null) {
      begun.cancel();
    } else {
      end(
          new Returned(
              Outcome.CANCELLED,
              Json.error("The call was cancelled."),
              0,
              FailureClass.CANCELLED,
              false));
    }
  }
}
