package io.tidegate.loop;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import java.util.List;

/** Contracts of tools that tests call. */
final class Tools {
  static final long TIMEOUT_MS = 1_000;

  static final Contract LOOK = read("look");
  static final Contract FIND = read("find", "look");
  static final Contract PUT = tool("put", SideEffect.IDEMPOTENT, OnUnknown.FAIL, "");
  static final Contract POST = tool("post", SideEffect.WRITE, OnUnknown.ASK, "");
  static final Contract SEND = tool("send", SideEffect.WRITE, OnUnknown.FAIL, "", "look", "put");
  static final Contract BEEP = tool("beep", SideEffect.WRITE, OnUnknown.RETRY, "");
  static final Contract BOOK = tool("book", SideEffect.WRITE, OnUnknown.ASK, "args.account");

  static final Contract ASK = with(tool("ask", SideEffect.READ, OnUnknown.FAIL, ""), true, false);
  static final Contract VITAL =
      with(tool("vital", SideEffect.IDEMPOTENT, OnUnknown.FAIL, ""), false, true);

  static final List<Contract> ALL = List.of(LOOK, FIND, PUT, POST, SEND, BEEP, BOOK, ASK, VITAL);

  private Tools() {}

  static Contract read(String name, String... after) {
    return tool(name, SideEffect.READ, OnUnknown.FAIL, "", after);
  }

  private static Contract with(Contract tool, boolean byPeople, boolean critical) {
    return new Contract(
        tool.name(),
        tool.description(),
        tool.input(),
        tool.effect(),
        tool.after(),
        tool.exclusive(),
        tool.touches(),
        tool.onUnknown(),
        tool.timeoutMs(),
        tool.digest(),
        "",
        byPeople,
        critical);
  }

  static Contract tool(
      String name, SideEffect effect, OnUnknown onUnknown, String exclusive, String... after) {
    return new Contract(
        name,
        "A tool of tests.",
        Json.EMPTY_OBJECT,
        effect,
        List.of(after),
        exclusive,
        "",
        onUnknown,
        TIMEOUT_MS,
        "digest-" + name);
  }
}
