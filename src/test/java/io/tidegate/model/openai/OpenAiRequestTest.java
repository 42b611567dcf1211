package io.tidegate.model.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Price;
import io.tidegate.loop.Pin;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Transcripts;
import io.tidegate.run.Model.Terms;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiRequestTest {

  @Test
  void eventfulTranscriptIsPutToACompatibleServer() {
    var request = new OpenAiRequest(Transcripts.eventful(), false, false).bytes();
    Golden.assertSame("openai/eventful.request.json", request);
  }

  @Test
  void schemaOfTheAnswerAndTemperatureArePutToOpenAi() {
    var target = new Pin.Target("openai", "gpt-5", Price.FREE, Pin.Timeout.DEFAULT, 1, 2048, 0.2);
    var output = new Json("{\"type\":\"object\"}");
    var ask = Asks.full("Be brief.", List.of(), List.of(new Message.User("Hi")), output, target);
    Golden.assertSame("openai/plain.request.json", new OpenAiRequest(ask, true, true).bytes());
  }

  @Test
  void theStateStandsAtTheEndOfTheSystemPrompt() {
    var ask = Asks.with(List.of(), new Message.User("Hi"));
    var request =
        new OpenAiRequest(Asks.withState(ask, new Json("{\"open\":[7]}")), false, false).bytes();
    Golden.assertSame("openai/state.request.json", request);
  }

  private static String cacheKey(String tenant, String session) {
    var terms = new Terms(tenant, session, () -> 0, null, List.of(), 0, null);
    var ask = Asks.under(Asks.hello(), terms);
    return new JsonObject(Buffer.buffer(new OpenAiRequest(ask, true, true).bytes()))
        .getString("prompt_cache_key");
  }

  @Test
  void questionsOfASessionMeetTheSameCacheAndTellNoName() {
    var key = cacheKey("acme", "s_1");
    assertThat(key).matches("[0-9a-f]{32}").isEqualTo(cacheKey("acme", "s_1"));
    assertThat(cacheKey("acme", "s_2")).isNotEqualTo(key);
    assertThat(cacheKey("other", "s_1")).isNotEqualTo(key);
    assertThat(cacheKey("acme", "")).isNull();
  }
}
