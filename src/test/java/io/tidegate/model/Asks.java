package io.tidegate.model;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.Pin;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Terms;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions for tests. */
public final class Asks {
  public static final Pin.Timeout PATIENT = new Pin.Timeout(30_000, 30_000, 30_000, 60_000);

  private Asks() {}

  /** A person's one question, no tools. */
  public static Ask hello() {
    return with(List.of(), new Message.User("Hello"));
  }

  public static Ask with(List<Contract> tools, Message... transcript) {
    return full("You are helpful.", tools, List.of(transcript), null, target(PATIENT));
  }

  public static Ask full(
      String instructions,
      List<Contract> tools,
      List<Message> transcript,
      @Nullable Json output,
      Pin.Target target) {
    return new Ask(
        target, instructions, tools, transcript, output, null, "run1", 1, Terms.plain("default"));
  }

  public static Ask withState(Ask ask, Json state) {
    return new Ask(
        ask.target(),
        ask.instructions(),
        ask.tools(),
        ask.transcript(),
        ask.output(),
        state,
        ask.run(),
        ask.firstCall(),
        ask.terms());
  }

  public static Ask under(Ask ask, Terms terms) {
    return new Ask(
        ask.target(),
        ask.instructions(),
        ask.tools(),
        ask.transcript(),
        ask.output(),
        ask.state(),
        ask.run(),
        ask.firstCall(),
        terms);
  }

  public static Ask within(Pin.Timeout timeout) {
    return full("", List.of(), List.of(new Message.User("Hello")), null, target(timeout));
  }

  public static Pin.Target target(Pin.Timeout timeout) {
    return new Pin.Target("test", "model-1", Price.FREE, timeout, 1, 1024, null);
  }

  public static List<Contract> tools(String... names) {
    return Stream.of(names).map(Asks::tool).toList();
  }

  public static Contract tool(String name) {
    return new Contract(
        name,
        "Does " + name,
        new Json("{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}"),
        SideEffect.READ,
        List.of(),
        "",
        "",
        OnUnknown.ASK,
        1000,
        "d");
  }
}
