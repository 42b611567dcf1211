package io.tidegate.model.wire;

import io.tidegate.conversation.Part;
import io.tidegate.run.Model.Sink;
import java.util.Optional;

/** Text while it grows; the sink is told what is added. */
public final class TextDraft implements PartDraft {
  private final StringBuilder text = new StringBuilder();
  private final WholeText whole = new WholeText();
  private final Sink sink;
  private final Size size;

  TextDraft(Sink sink, Size size) {
    this.sink = sink;
    this.size = size;
  }

  public void add(String delta) {
    size.grow(delta.length());
    tell(whole.add(delta));
  }

  void close() {
    tell(whole.rest());
  }

  @Override
  public Optional<Part> part() {
    return text.isEmpty() ? Optional.empty() : Optional.of(new Part.Text(text.toString()));
  }

  private void tell(String words) {
    if (!words.isEmpty()) {
      text.append(words);
      sink.text(words);
    }
  }
}
