package io.tidegate.guard;

import static io.tidegate.guard.Fakes.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Usage;
import io.tidegate.guard.Fakes.FakeModel;
import io.tidegate.guard.Fakes.Heard;
import io.tidegate.loop.Pin.Cache;
import io.tidegate.run.Journal;
import io.tidegate.run.Model;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Terms;
import io.tidegate.run.ResultCache;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Equal questions on a route that keeps replies. */
class ReplyCacheTest {
  private static final Cache ALWAYS = new Cache(600_000, true);

  private final FakeModel provider = new FakeModel();
  private final Kept kept = new Kept();
  private final Model model = new ReplyCacheModel(provider, kept, GuardListener.NONE);

  /** Keeps for ever, in memory. */
  private static final class Kept implements ResultCache {
    final Map<String, Json> results = new HashMap<>();
    final Map<String, String> flights = new HashMap<>();
    boolean gone;

    @Override
    public Future<Look> look(String owner, String key, long flightMs) {
      if (gone) {
        return Future.failedFuture(new Journal.Unavailable("gone", null));
      }
      var found = results.get(owner + key);
      if (found != null) {
        return Future.succeededFuture(new Look.Found(found));
      }
      return Future.succeededFuture(
          flights.putIfAbsent(owner + key, "f") == null ? new Look.Lead("f") : new Look.Busy());
    }

    @Override
    public Future<Void> keep(String owner, String key, String flight, Json result, long ttlMs) {
      results.put(owner + key, result);
      return giveUp(owner, key, flight);
    }

    @Override
    public Future<Void> giveUp(String owner, String key, String flight) {
      flights.remove(owner + key);
      return Future.succeededFuture();
    }
  }

  private static Terms terms(String tenant, Cache cache) {
    return new Terms(tenant, "s", () -> 10, null, List.of(), 0, cache);
  }

  private static Model.Ask ask(String run, Terms terms, Message... transcript) {
    return new Model.Ask(
        target("a"), "Help.", List.of(), List.of(transcript), null, null, run, 1, terms);
  }

  private Exchange put(String run, Message... transcript) {
    return model.ask(ask(run, terms("t", ALWAYS), transcript), new Heard());
  }

  private static Message[] withCall(String run, String result) {
    var call = new ToolCall(run + "-c1", "wire-" + run, "look", "{}");
    return new Message[] {
      new Message.User("Go."),
      new Message.Assistant(List.of(new Part.Call(call))),
      new Message.Results(List.of(new ToolResult(call.id(), false, new Json(result))))
    };
  }

  @Test
  void equalQuestionIsAnsweredInPiecesAndCostsNothing() {
    put("r1", new Message.User("Hello"));
    var words = "Good morning, 😀 how are you? ".repeat(20);
    provider.asked.getFirst().answer(words);
    var heard = new Heard();
    var again = model.ask(ask("r2", terms("t", ALWAYS), new Message.User("Hello")), heard);
    assertThat(provider.asked).hasSize(1);
    assertThat(heard.text).hasToString(words);
    assertThat(again.reply().result().usage()).isEqualTo(Usage.NONE);
    assertThat(Part.text(again.reply().result().parts())).isEqualTo(words);
  }

  @Test
  void idsOfCallsAreThoseOfTheRunAndDoNotMakeQuestionsDiffer() {
    put("r1", withCall("r1", "1"));
    var call = new ToolCall("r1-c2", "w", "look", "{\"n\":1}");
    provider
        .asked
        .getFirst()
        .answer(new Reply(List.of(new Part.Call(call)), Finish.CALLS, Usage.NONE, "a"));
    var again = put("r2", withCall("r2", "1"));
    assertThat(provider.asked).hasSize(1);
    assertThat(Part.calls(again.reply().result().parts()))
        .containsExactly(new ToolCall("r2-c1", "w", "look", "{\"n\":1}"));
    put("r3", withCall("r3", "2"));
    assertThat(provider.asked).as("another result is another question").hasSize(2);
  }

  @Test
  void tenantsDoNotShareAndTemperatureKeepsNothingUnlessAskedTo() {
    put("r1", new Message.User("Hello"));
    provider.asked.getFirst().answer("Hi.");
    model.ask(ask("r2", terms("other", ALWAYS), new Message.User("Hello")), new Heard());
    assertThat(provider.asked).hasSize(2);
    var usual = new Cache(600_000, false);
    model.ask(ask("r3", terms("t", usual), new Message.User("Hello")), new Heard());
    assertThat(provider.asked).as("its temperature is the provider's own").hasSize(3);
  }

  @Test
  void whatFailedOrWasCutOffOrCancelledIsNotKept() {
    put("r1", new Message.User("Hello"));
    provider.asked.getLast().fail(Kind.TIMED_OUT);
    put("r2", new Message.User("Hello"));
    var cut = new Reply(List.of(new Part.Text("Hel")), Finish.LENGTH, Usage.NONE, "a");
    provider.asked.getLast().answer(cut);
    put("r3", new Message.User("Hello")).cancel();
    put("r4", new Message.User("Hello"));
    assertThat(provider.asked).hasSize(4);
    assertThat(kept.results).isEmpty();
    provider.asked.getLast().answer("Hello.");
    assertThat(kept.flights).isEmpty();
    assertThat(kept.results).hasSize(1);
  }

  @Test
  void nobodyWaitsForAnotherOrForAStoreThatIsGone() {
    put("r1", new Message.User("Hello"));
    put("r2", new Message.User("Hello"));
    kept.gone = true;
    put("r3", new Message.User("Hello"));
    assertThat(provider.asked).hasSize(3);
  }
}
