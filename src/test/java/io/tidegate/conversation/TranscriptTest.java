package io.tidegate.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static final Message USER = new Message.User("Go.");

  @Test
  void aTranscriptWhoseCallsHaveOneResultEachHasNoFlaw() {
    assertThat(Transcript.flaw(List.of())).isEmpty();
    assertThat(Transcript.flaw(List.of(USER, calls("a", "b"), results("b", "a"), calls())))
        .isEmpty();
  }

  @Test
  void aCallWithoutAResultIsAFlaw() {
    flawed("calls without a result: a, b", USER, calls("a", "b"));
    flawed("calls without a result", USER, calls("a"), USER, results("a"));
    flawed("calls without a result: [b]", USER, calls("a", "b"), results("a"));
    flawed("calls without a result: a", USER, calls("a"), calls("b"), results("b"));
  }

  @Test
  void aResultWithoutACallIsAFlaw() {
    flawed("a result that no call asked for", USER, results("a"));
    flawed("a result that no call asked for", USER, calls("a"), results("a", "b"));
    flawed("a second one: a", USER, calls("a"), results("a", "a"));
    flawed("a second one: a", USER, calls("a"), results("a"), results("a"));
  }

  @Test
  void twoCallsOfOneNameAreAFlaw() {
    flawed("a second one: a", USER, calls("a", "a"), results("a", "a"));
  }

  @Test
  void manyCallsAreCheckedToo() {
    var ids = IntStream.range(0, 400).mapToObj(Integer::toString).toArray(String[]::new);
    assertThat(Transcript.flaw(List.of(calls(ids), results(ids)))).isEmpty();
    flawed("calls without a result", calls(ids), results(Arrays.copyOf(ids, 399)));
  }

  private static void flawed(String flaw, Message... transcript) {
    assertThat(Transcript.flaw(List.of(transcript)))
        .hasValueSatisfying(it -> assertThat(it).contains(flaw));
  }

  private static Message calls(String... ids) {
    var parts = new ArrayList<Part>();
    parts.add(new Part.Text("words"));
    Stream.of(ids).forEach(id -> parts.add(new Part.Call(new ToolCall(id, id, "tool", "{}"))));
    return new Message.Assistant(parts);
  }

  private static Message results(String... ids) {
    return new Message.Results(
        Stream.of(ids).map(id -> new ToolResult(id, false, Json.NULL)).toList());
  }
}
