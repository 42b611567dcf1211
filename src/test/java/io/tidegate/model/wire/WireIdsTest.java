package io.tidegate.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WireIdsTest {
  private static final Pattern SHORT = Pattern.compile("[a-z0-9_-]{1,10}");

  @Test
  void theProvidersIdIsSentBack() {
    var ids = WireIds.of(List.of(reply("run-c1", "tool_1")), SHORT);
    assertThat(ids.wire("run-c1")).isEqualTo("tool_1");
  }

  @Test
  void anIdThatIsEmptyInvalidOrUsedBeforeIsReplacedByOurOwn() {
    var ids =
        WireIds.of(
            List.of(
                reply("run-c1", ""),
                reply("run-c2", "NOT:VALID"),
                reply("run-c3", "tool_1"),
                reply("run-c4", "tool_1")),
            SHORT);
    assertThat(ids.wire("run-c1")).isEqualTo("run-c1");
    assertThat(ids.wire("run-c2")).isEqualTo("run-c2");
    assertThat(ids.wire("run-c3")).isEqualTo("tool_1");
    assertThat(ids.wire("run-c4")).isEqualTo("run-c4");
  }

  @Test
  void ifOurOwnIsNotValidEitherACallIsNumbered() {
    var ids =
        WireIds.of(
            List.of(reply("a-very-long-id-c1", "call_2"), reply("a-very-long-id-c2", "")), SHORT);
    assertThat(ids.wire("a-very-long-id-c1")).isEqualTo("call_2");
    assertThat(ids.wire("a-very-long-id-c2")).isEqualTo("call_3");
  }

  private static Message reply(String id, String wireId) {
    return new Message.Assistant(List.of(new Part.Call(new ToolCall(id, wireId, "now", "{}"))));
  }
}
