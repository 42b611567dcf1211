package io.tidegate.model.wire;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usage;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reply while it grows, of bounded size.
 *
 * <p>Calls are sealed in their order, each once. Before the reply is complete, one is sealed when
 * it has ended and its arguments are a closed object. At the end the others are sealed as they are;
 * but of a reply that was cut off, calls with unclosed arguments are left out, for nobody knows
 * what they were to be.
 */
public final class ReplyDraft {
  private final Ask ask;
  private final WireNames names;
  private final Sink sink;
  private final Size size = new Size();
  private final List<PartDraft> parts = new ArrayList<>();
  private final List<CallDraft> calls = new ArrayList<>();
  private int passed;
  private int sealed;

  public ReplyDraft(Ask ask, Sink sink) {
    this.ask = ask;
    this.names = WireNames.of(ask);
    this.sink = sink;
  }

  public TextDraft openText() {
    return open(new TextDraft(sink, size));
  }

  /** Opens a thought that is never sent back. */
  public ThoughtDraft openThought(String protocol) {
    return openThought(protocol, text -> Json.NULL);
  }

  /**
   * Opens a thought.
   *
   * @param protocol the wire protocol that it is sent back over
   * @param opaque what is sent back, given the whole text
   */
  public ThoughtDraft openThought(String protocol, Function<String, Json> opaque) {
    return open(new ThoughtDraft(protocol, opaque, sink, size));
  }

  public CallDraft openCall() {
    size.addCall();
    var call = open(new CallDraft(size));
    calls.add(call);
    return call;
  }

  /** The calls, in their order. */
  public List<CallDraft> calls() {
    return calls;
  }

  /** Seals the calls that are complete, as far as no earlier one is open. */
  public void sealComplete() {
    while (passed < calls.size() && calls.get(passed).complete()) {
      seal(calls.get(passed++));
    }
  }

  /** Seals the calls that have ended, whatever their arguments are: none was cut off. */
  public void sealEnded() {
    while (passed < calls.size() && calls.get(passed).ended()) {
      seal(calls.get(passed++));
    }
  }

  /** Tells the sink what is left. Harmless if done twice. */
  public void finish(Finish finish) {
    for (var part : parts) {
      switch (part) {
        case TextDraft text -> text.close();
        case ThoughtDraft thought -> thought.close();
        case CallDraft call -> call.end();
      }
    }
    boolean cutOff = finish != Finish.END && finish != Finish.CALLS;
    while (passed < calls.size()) {
      var call = calls.get(passed++);
      if (!cutOff || call.closed()) {
        seal(call);
      }
    }
  }

  /** The whole reply. A reply that has calls waits for them, whatever its server says. */
  public Reply reply(Finish finish, @Nullable Usage usage, String model) {
    finish(finish);
    List<Part> whole = parts.stream().map(PartDraft::part).flatMap(Optional::stream).toList();
    return new Reply(whole, waiting(finish), usage, model.isEmpty() ? ask.target().model() : model);
  }

  private Finish waiting(Finish finish) {
    return switch (finish) {
      case END, CALLS -> sealed > 0 ? Finish.CALLS : Finish.END;
      case LENGTH, REFUSED, PAUSED, CONTEXT_FULL -> finish;
    };
  }

  private void seal(CallDraft call) {
    String tool = WholeText.wellFormed(names.tool(call.wireName()));
    sink.sealed(call.seal(ask.callId(sealed++), tool));
  }

  private <T extends PartDraft> T open(T part) {
    size.addPart();
    parts.add(part);
    return part;
  }
}
