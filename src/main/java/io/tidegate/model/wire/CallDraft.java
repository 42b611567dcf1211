package io.tidegate.model.wire;

import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call while its arguments grow. */
public final class CallDraft implements PartDraft {
  private final StringBuilder arguments = new StringBuilder();
  private final ObjectScan scan = new ObjectScan();
  private final Size size;
  private String wireId = "";
  private String wireName = "";
  private boolean ended;
  private @Nullable ToolCall sealed;

  CallDraft(Size size) {
    this.size = size;
  }

  public String wireId() {
    return wireId;
  }

  /** Sets the provider's id and the name, unless they are set: some servers repeat them. */
  public void identify(String id, String name) {
    if (wireId.isEmpty()) {
      wireId = id;
    }
    if (wireName.isEmpty()) {
      wireName = name;
    }
  }

  /**
   * Adds to the arguments.
   *
   * @throws io.tidegate.run.Model.Failed if the call is sealed: it may be running
   */
  public void add(String fragment) {
    if (sealed != null && !fragment.isBlank()) {
      throw Failures.malformed(
          "the call of '" + wireName + "' went on after its arguments were complete");
    }
    size.grow(fragment.length());
    scan.add(fragment);
    arguments.append(fragment);
  }

  /** Says that nothing more of it is expected. */
  public void end() {
    ended = true;
  }

  /** Whether it is whole: nothing more of it is expected, and its arguments are a closed object. */
  boolean complete() {
    return ended && scan.closed();
  }

  boolean ended() {
    return ended;
  }

  boolean closed() {
    return scan.closed();
  }

  String wireName() {
    return wireName;
  }

  ToolCall seal(String id, String tool) {
    String written = arguments.toString().strip();
    String whole = WholeText.wellFormed(written.isEmpty() ? "{}" : written);
    var call = new ToolCall(id, WholeText.wellFormed(wireId), tool, whole);
    sealed = call;
    return call;
  }

  @Override
  public Optional<Part> part() {
    return Optional.ofNullable(sealed).map(Part.Call::new);
  }
}
