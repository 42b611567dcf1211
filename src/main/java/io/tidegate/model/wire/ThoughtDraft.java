package io.tidegate.model.wire;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.run.Model.Sink;
import java.util.Optional;
import java.util.function.Function;

/** Reasoning while it grows; the sink is told what can be read of it. */
public final class ThoughtDraft implements PartDraft {
  private final StringBuilder text = new StringBuilder();
  private final WholeText whole = new WholeText();
  private final String protocol;
  private final Function<String, Json> opaque;
  private final Sink sink;
  private final Size size;

  ThoughtDraft(String protocol, Function<String, Json> opaque, Sink sink, Size size) {
    this.protocol = protocol;
    this.opaque = opaque;
    this.sink = sink;
    this.size = size;
  }

  public void add(String delta) {
    size.grow(delta.length());
    tell(whole.add(delta));
  }

  /** Adds to what only the provider reads, which counts as part of the reply's size. */
  public void addHidden(StringBuilder hidden, String delta) {
    size.grow(delta.length());
    hidden.append(delta);
  }

  void close() {
    tell(whole.rest());
  }

  @Override
  public Optional<Part> part() {
    String thought = text.toString();
    Json form = opaque.apply(thought);
    boolean nothing = thought.isEmpty() && form.equals(Json.NULL);
    return nothing ? Optional.empty() : Optional.of(new Part.Reasoning(thought, protocol, form));
  }

  private void tell(String words) {
    if (!words.isEmpty()) {
      text.append(words);
      sink.reasoning(words);
    }
  }
}
