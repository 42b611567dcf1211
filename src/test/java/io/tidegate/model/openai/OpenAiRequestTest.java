package io.tidegate.model.openai;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Price;
import io.tidegate.loop.Pin;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Transcripts;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiRequestTest {

  @Test
  void eventfulTranscriptIsPutToACompatibleServer() {
    var request = new OpenAiRequest(Transcripts.eventful(), false).bytes();
    Golden.assertSame("openai/eventful.request.json", request);
  }

  @Test
  void schemaOfTheAnswerAndTemperatureArePutToOpenAi() {
    var target = new Pin.Target("openai", "gpt-5", Price.FREE, Pin.Timeout.DEFAULT, 1, 2048, 0.2);
    var output = new Json("{\"type\":\"object\"}");
    var ask = Asks.full("Be brief.", List.of(), List.of(new Message.User("Hi")), output, target);
    Golden.assertSame("openai/plain.request.json", new OpenAiRequest(ask, true).bytes());
  }

  @Test
  void theStateStandsAtTheEndOfTheSystemPrompt() {
    var ask = Asks.with(List.of(), new Message.User("Hi"));
    var request = new OpenAiRequest(Asks.withState(ask, new Json("{\"open\":[7]}")), false).bytes();
    Golden.assertSame("openai/state.request.json", request);
  }
}
