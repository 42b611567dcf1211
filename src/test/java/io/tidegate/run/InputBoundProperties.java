package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Spending.Counted;
import io.tidegate.model.Asks;
import io.tidegate.model.anthropic.AnthropicMessages;
import io.tidegate.model.openai.OpenAiChat;
import io.tidegate.run.Model.Ask;
import io.tidegate.simulator.model.Metered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No bill is above what was estimated, by a tokenizer that makes a token of every byte. */
class InputBoundProperties {
  private static final Price PRICE =
      new Price(Usd.parse("3"), Usd.parse("0.3"), Usd.parse("3.75"), Usd.parse("15"));
  private static final Pin.Target TARGET =
      new Pin.Target("p", "m", PRICE, Pin.Timeout.DEFAULT, 1, 700, null);

  /** What one round says: the user, the model with its calls, and their results. */
  record Round(String user, String said, List<String> arguments, List<String> results) {}

  @Property(tries = 200)
  void billIsNeverAboveTheEstimate(@ForAll("rounds") List<Round> rounds) {
    var ask = ask(rounds, "Wie geht's? 你好 👩‍👩‍👧");
    var estimate = InputBound.of(ask, 0, null);
    for (long input : List.of(openAi(ask), anthropic(ask))) {
      assertThat(estimate.input()).isGreaterThanOrEqualTo(input);
      for (var usage :
          List.of(
              new Usage(input, 0, 0, 700, 0),
              new Usage(input, 0, input, 700, 0),
              new Usage(input, input, 0, 700, 700))) {
        assertThat(estimate.cost().nanos()).isGreaterThanOrEqualTo(PRICE.cost(usage).nanos());
      }
    }
  }

  @Property(tries = 200)
  void countOfAnEarlierQuestionMakesItTighterAndStillABound(@ForAll("rounds") List<Round> rounds) {
    var ask = ask(rounds, "Last.");
    var earlier = ask(rounds.subList(0, rounds.size() / 2), "").transcript();
    var before = with(ask, earlier.subList(0, earlier.size() - 1));
    var counted = new Counted(0, before.transcript().size(), openAi(before));
    var estimate = InputBound.of(ask, 0, counted);
    assertThat(estimate.input()).isGreaterThanOrEqualTo(openAi(ask));
    assertThat(InputBound.of(ask, 1, counted)).isEqualTo(InputBound.of(ask, 1, null));
  }

  @Property
  void lengthInUtf8IsThatOfTheBytes(@ForAll("texts") String text) {
    assertThat(InputBound.utf8(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }

  private static long openAi(Ask ask) {
    return ask.transcript().isEmpty() ? 0 : Metered.openAi(new OpenAiChat(true, true).request(ask));
  }

  private static long anthropic(Ask ask) {
    return Metered.anthropic(new AnthropicMessages().request(ask));
  }

  private static Ask ask(List<Round> rounds, String last) {
    var transcript = new ArrayList<Message>();
    int calls = 0;
    for (var round : rounds) {
      transcript.add(new Message.User(round.user));
      var parts = new ArrayList<Part>(List.of(new Part.Text(round.said + ".")));
      var results = new ArrayList<ToolResult>();
      for (int i = 0; i < Math.min(round.arguments.size(), round.results.size()); i++) {
        var id = "r1-c" + ++calls;
        parts.add(
            new Part.Call(new ToolCall(id, "call_" + calls, "look.up", round.arguments.get(i))));
        results.add(new ToolResult(id, i % 2 == 0, Json.string(round.results.get(i))));
      }
      transcript.add(new Message.Assistant(parts));
      if (!results.isEmpty()) {
        transcript.add(new Message.Results(results));
      }
    }
    transcript.add(new Message.User(last));
    List<Contract> tools = Asks.tools("look.up", "post");
    return Asks.full(
        "Be brief – 简洁.", tools, transcript, new Json("{\"type\":\"object\"}"), TARGET);
  }

  private static Ask with(Ask ask, List<Message> transcript) {
    return Asks.full(ask.instructions(), ask.tools(), transcript, ask.output(), TARGET);
  }

  @Provide
  Arbitrary<List<Round>> rounds() {
    var said = texts().list().ofMaxSize(3);
    return Combinators.combine(texts(), texts(), arguments().list().ofMaxSize(3), said)
        .as(Round::new)
        .list()
        .ofMaxSize(5);
  }

  /** Objects, as models write them, and what is none. */
  private Arbitrary<String> arguments() {
    return texts().map(text -> text.length() % 2 == 0 ? "{\"a\":" + Json.string(text) + "}" : text);
  }

  @Provide
  Arbitrary<String> texts() {
    var pieces =
        Arbitraries.of(
            "plain words ",
            "for (int i = 0; i < n; i++) {\n\t",
            "\"quoted\\\"",
            "你好世界",
            "😀👩‍👩‍👧",
            "é̂",
            "\u0000\u0001",
            "   ",
            "{}[]",
            "ﬃ",
            "\r\n",
            "𝔘𝔫𝔦",
            "x");
    return pieces.list().ofMaxSize(12).map(all -> String.join("", all));
  }
}
