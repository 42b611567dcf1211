package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.app.demo.Approvals.Pending;
import io.tidegate.app.demo.Result.Decision;
import java.io.Console;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who decides: the person at the terminal, or without one every other posting is approved. */
final class Person {
  private final @Nullable Console console;
  private @Nullable Decision forAll;
  private int asked;

  Person(@Nullable Console console) {
    this.console = console;
  }

  /** The person at this process's terminal, if there is one. */
  static Person present() {
    return new Person(terminal().orElse(null));
  }

  /** This process's terminal; standard input or output elsewhere is none. */
  static Optional<Console> terminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }

  Decision decide(Pending pending) {
    asked++;
    if (forAll != null) {
      return forAll;
    }
    return console == null ? inTurn() : ask(console, pending.args());
  }

  private Decision inTurn() {
    return asked % 2 == 1 ? Decision.APPROVED : Decision.DENIED;
  }

  private Decision ask(Console terminal, JsonNode args) {
    while (true) {
      var answer =
          terminal.readLine(
              "  %s: post %s %s with a variance of %s?  [a]pprove  [d]eny  [A]ll  [D]eny all: ",
              args.path("invoice").asText(),
              args.path("amount").asText(),
              args.path("currency").asText(),
              args.path("variance").asText());
      switch (answer == null ? "D" : answer.strip()) {
        case "a" -> {
          return Decision.APPROVED;
        }
        case "d" -> {
          return Decision.DENIED;
        }
        case "A" -> {
          return fromNowOn(Decision.APPROVED);
        }
        case "D" -> {
          return fromNowOn(Decision.DENIED);
        }
        default -> terminal.printf("  Please type one of a, d, A, D.%n");
      }
    }
  }

  private Decision fromNowOn(Decision decision) {
    forAll = decision;
    return decision;
  }
}
