package io.tidegate.simulator.model;

import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Pace;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.MultiMap;
import java.util.List;

/** What the simulator bills for a question, at one token a byte. */
public final class Metered {
  private static final Answer NOTHING =
      new Answer("", "", List.of(), Answer.Finish.END, new Pace(0, 0, 1, 0), "");

  private Metered() {}

  public static long openAi(byte[] request) {
    return input(new OpenAiWire(), request);
  }

  public static long anthropic(byte[] request) {
    return input(new AnthropicWire(), request);
  }

  private static long input(Wire wire, byte[] request) {
    var headers = MultiMap.caseInsensitiveMultiMap().add("anthropic-version", "2023-06-01");
    var ask = wire.decode(headers, Jsons.parse(request));
    return Tokens.of(ask.conversation(), NOTHING, Tokenizer.BYTES, ask.definitions()).input();
  }
}
