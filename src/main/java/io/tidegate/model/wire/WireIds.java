package io.tidegate.model.wire;

import io.tidegate.conversation.Message;
import io.tidegate.conversation.ToolCall;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The calls' ids on the wire: the one that the provider gave, if the protocol takes it and no
 * earlier call of the transcript has it; else Tidegate's own; else a number.
 */
public final class WireIds {
  private final Pattern valid;
  private final Map<String, String> wireByCall = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  private WireIds(Pattern valid) {
    this.valid = valid;
  }

  /** The ids of all calls of a transcript, given what the protocol takes as an id. */
  public static WireIds of(List<Message> transcript, Pattern valid) {
    var ids = new WireIds(valid);
    for (var message : transcript) {
      if (message instanceof Message.Assistant assistant) {
        assistant.calls().forEach(ids::assign);
      }
    }
    return ids;
  }

  /** The wire's id of the call that has this id of Tidegate's. */
  public String wire(String call) {
    return wireByCall.getOrDefault(call, call);
  }

  private void assign(ToolCall call) {
    for (var id : List.of(call.wireId(), call.id())) {
      if (valid.matcher(id).matches() && taken.add(id)) {
        wireByCall.put(call.id(), id);
        return;
      }
    }
    int number = wireByCall.size() + 1;
    while (!taken.add("call_" + number)) {
      number++;
    }
    wireByCall.put(call.id(), "call_" + number);
  }
}
