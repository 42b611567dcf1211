package io.tidegate.model.openai;

import static io.tidegate.model.wire.JsonIo.eachField;
import static io.tidegate.model.wire.JsonIo.number;
import static io.tidegate.model.wire.JsonIo.string;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidegate.model.wire.CallDraft;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.ReplyDraft;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts the fragments of {@code tool_calls} together.
 *
 * <p>By the protocol a fragment names its call by {@code index}, and only a call's first fragment
 * has an id and a name. Compatible servers leave the index out, give every call the same one, or
 * repeat the id: so a new id at the same index is a new call, and a fragment without an index goes
 * to the latest call unless its id is new. A call is expected to be over when the next one begins;
 * because some servers interleave calls, it is sealed then only if its arguments are complete.
 */
final class CallFragments {
  private static final int NO_INDEX = -1;

  private final ReplyDraft draft;
  private final Map<Integer, CallDraft> byIndex = new HashMap<>();

  CallFragments(ReplyDraft draft) {
    this.draft = draft;
  }

  /** Reads the array of fragments at which the parser stands. */
  void readAll(JsonParser in) throws IOException {
    if (!in.hasToken(JsonToken.START_ARRAY)) {
      in.skipChildren();
      return;
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      new Fragment(NO_INDEX).read(in);
    }
  }

  /** Reads the one call that the protocol had before it had tools. */
  void readLegacy(JsonParser in) throws IOException {
    if (in.hasToken(JsonToken.START_OBJECT)) {
      new Fragment(0).readFunction(in);
    }
  }

  /** One fragment, whose fields may come in any order. */
  private final class Fragment {
    private int index;
    private String id = "";
    private String name = "";
    private String arguments = "";

    Fragment(int index) {
      this.index = index;
    }

    void read(JsonParser in) throws IOException {
      eachField(in, field -> outer(field, in));
      apply();
    }

    void readFunction(JsonParser in) throws IOException {
      eachField(in, field -> inner(field, in));
      apply();
    }

    private void outer(String field, JsonParser in) throws IOException {
      switch (field) {
        case "index" -> index = (int) number(in, NO_INDEX);
        case "id" -> id = string(in);
        case "function" -> eachField(in, inner -> inner(inner, in));
        default -> in.skipChildren();
      }
    }

    private void inner(String field, JsonParser in) throws IOException {
      switch (field) {
        case "name" -> name = string(in);
        case "arguments" -> arguments = CallFragments.arguments(in);
        default -> in.skipChildren();
      }
    }

    private void apply() {
      CallDraft call = index == NO_INDEX ? latest(id) : at(index, id);
      call.identify(id, name);
      call.add(arguments);
    }
  }

  private CallDraft at(int index, String id) {
    CallDraft call = byIndex.get(index);
    if (call == null || isOther(call, id)) {
      call = open();
      byIndex.put(index, call);
    }
    return call;
  }

  private CallDraft latest(String id) {
    return draft.calls().isEmpty() || isOther(draft.calls().getLast(), id)
        ? open()
        : draft.calls().getLast();
  }

  private static boolean isOther(CallDraft call, String id) {
    return !id.isEmpty() && !call.wireId().isEmpty() && !call.wireId().equals(id);
  }

  private CallDraft open() {
    draft.calls().forEach(CallDraft::end);
    draft.sealComplete();
    return draft.openCall();
  }

  /** The arguments' text. Some servers send an object in the string's place. */
  private static String arguments(JsonParser in) throws IOException {
    return in.hasToken(JsonToken.START_OBJECT)
        ? JsonIo.text(out -> out.copyCurrentStructure(in))
        : string(in);
  }
}
