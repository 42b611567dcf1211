package io.tidegate.model.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.loop.Pin;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Transcripts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnthropicRequestTest {

  @Test
  void eventfulTranscriptIsPut() {
    var request = new AnthropicRequest(Transcripts.eventful()).bytes();
    Golden.assertSame("anthropic/eventful.request.json", request);
  }

  @Test
  void schemaOfTheAnswerAndTemperatureArePut() {
    var target =
        new Pin.Target("claude", "claude-1", Price.FREE, Pin.Timeout.DEFAULT, 1, 2048, 0.2);
    var output = new Json("{\"type\":\"object\"}");
    var ask = Asks.full("Be brief.", List.of(), List.of(new Message.User("Hi")), output, target);
    Golden.assertSame("anthropic/plain.request.json", new AnthropicRequest(ask).bytes());
  }

  @Test
  void withoutInstructionsTheCacheMarkStandsAfterTheTools() {
    var ask =
        Asks.full(
            " ",
            Asks.tools("one", "two"),
            List.of(new Message.User("Hi"), new Message.Assistant(List.of(new Part.Text("So")))),
            null,
            Asks.target(Asks.PATIENT));
    Golden.assertSame("anthropic/tools.request.json", new AnthropicRequest(ask).bytes());
  }

  @Test
  void callsOfToolsThatAreNoLongerOfferedAreDeclaredButCanNotBeRepeated() {
    List<Message> transcript =
        List.of(
            new Message.User("Hi"),
            new Message.Assistant(
                List.of(new Part.Call(new ToolCall("r-c1", "x", "old.tool", "{}")))),
            new Message.Results(List.of(new ToolResult("r-c1", false, new Json("1")))));
    var ask = Asks.full("Be brief.", List.of(), transcript, null, Asks.target(Asks.PATIENT));
    var request = new String(new AnthropicRequest(ask).bytes(), StandardCharsets.UTF_8);
    assertThat(request)
        .contains(
            "\"tools\":[{\"name\":\"old_tool\",\"input_schema\":{\"type\":\"object\"}}],"
                + "\"tool_choice\":{\"type\":\"none\"}");
  }

  @Test
  void aUserTurnIsNeverEmpty() {
    var ask = Asks.with(List.of(), new Message.User(" "));
    Golden.assertSame("anthropic/blank.request.json", new AnthropicRequest(ask).bytes());
  }

  @Test
  void theStateStandsAtTheEndOfTheSystemPrompt() {
    var ask = Asks.with(List.of(), new Message.User("Hi"));
    var request = new AnthropicRequest(Asks.withState(ask, new Json("{\"open\":[7]}"))).bytes();
    Golden.assertSame("anthropic/state.request.json", request);
  }
}
