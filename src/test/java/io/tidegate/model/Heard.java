package io.tidegate.model;

import io.tidegate.conversation.ToolCall;
import io.tidegate.run.Model;
import java.util.ArrayList;
import java.util.List;

/** A sink that writes down what it is told. */
public final class Heard implements Model.Sink {
  private final List<String> told = new ArrayList<>();
  private Runnable whenText = () -> {};

  /** What was told, in order: {@code text: …}, {@code reasoning: …}, {@code sealed: …}. */
  public synchronized List<String> told() {
    return List.copyOf(told);
  }

  public void whenText(Runnable action) {
    whenText = action;
  }

  @Override
  public void text(String delta) {
    add("text: " + delta);
    whenText.run();
  }

  @Override
  public void reasoning(String delta) {
    add("reasoning: " + delta);
  }

  @Override
  public void sealed(ToolCall call) {
    add("sealed: " + call.id() + " " + call.tool() + " " + call.arguments());
  }

  /** What was told, but for how the text was cut. */
  public List<String> joined() {
    var joined = new ArrayList<String>();
    for (String line : told()) {
      String kind = line.substring(0, line.indexOf(' ') + 1);
      boolean goesOn =
          !kind.startsWith("sealed") && !joined.isEmpty() && joined.getLast().startsWith(kind);
      joined.add(goesOn ? joined.removeLast() + line.substring(kind.length()) : line);
    }
    return joined;
  }

  private synchronized void add(String line) {
    told.add(line);
  }
}
