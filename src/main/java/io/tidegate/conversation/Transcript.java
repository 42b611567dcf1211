package io.tidegate.conversation;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rule that every provider holds a transcript to: each call has exactly one result, before the
 * model speaks again.
 */
public final class Transcript {
  private static final int FEW = 16;

  private Transcript() {}

  /** What breaks the rule, in either direction, or nothing. */
  public static Optional<String> flaw(List<Message> transcript) {
    List<ToolCall> open = List.of();
    for (var message : transcript) {
      if (message instanceof Message.Results(var results)) {
        var flaw = flaw(open, results);
        if (flaw.isPresent()) {
          return flaw;
        }
        open = List.of();
      } else if (!open.isEmpty()) {
        return Optional.of("calls without a result: " + ids(open));
      } else if (message instanceof Message.Assistant assistant) {
        open = assistant.calls();
      }
    }
    return open.isEmpty() ? Optional.empty() : Optional.of("calls without a result: " + ids(open));
  }

  private static Optional<String> flaw(List<ToolCall> calls, List<ToolResult> results) {
    if (answeredInOrder(calls, results)) {
      return Optional.empty();
    }
    var unanswered =
        calls.stream().map(ToolCall::id).collect(Collectors.toCollection(HashSet::new));
    for (var result : results) {
      if (!unanswered.remove(result.call())) {
        return Optional.of("a result that no call asked for, or a second one: " + result.call());
      }
    }
    return unanswered.isEmpty()
        ? Optional.empty()
        : Optional.of("calls without a result: " + unanswered);
  }

  /**
   * As it nearly always is, and found out without a set: a transcript is checked whole before every
   * question to a model.
   */
  private static boolean answeredInOrder(List<ToolCall> calls, List<ToolResult> results) {
    if (calls.size() != results.size() || calls.size() > FEW) {
      return false;
    }
    for (int i = 0; i < calls.size(); i++) {
      var id = calls.get(i).id();
      if (!id.equals(results.get(i).call()) || named(calls.subList(0, i), id)) {
        return false;
      }
    }
    return true;
  }

  private static boolean named(List<ToolCall> calls, String id) {
    for (var call : calls) {
      if (call.id().equals(id)) {
        return true;
      }
    }
    return false;
  }

  private static String ids(List<ToolCall> calls) {
    return calls.stream().map(ToolCall::id).collect(Collectors.joining(", "));
  }
}
