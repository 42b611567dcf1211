package io.tidegate.config;

import io.tidegate.config.ModelsFile.Models;
import io.tidegate.config.Section.Word;
import io.tidegate.config.ToolsFile.Tools;
import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Rule;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.run.Agents.Agent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an agent's file into what its runs will pin. */
final class AgentReader {
  private static final int MAX = Integer.MAX_VALUE;
  private static final int OUTPUT_ATTEMPTS = 2;

  /** More can't be told apart from work: {@link Limits} refuses it. */
  private static final int MOST_REPEATS = 50;

  private final Report report;
  private final Parts parts;
  private final Models models;
  private final Tools tools;
  private final WebhookReader webhooks;

  AgentReader(Report report, Parts parts, Models models, Tools tools, WebhookReader webhooks) {
    this.report = report;
    this.parts = parts;
    this.models = models;
    this.tools = tools;
    this.webhooks = webhooks;
  }

  /** The agent; nothing if it has no model that could be asked, which is then reported. */
  Optional<Agent> read(String name, Section file) {
    webhooks.readAgent(name, file);
    Output output = file.section("output").map(AgentReader::output).orElse(Output.FREE);
    Limits limits = file.section("limits").map(AgentReader::limits).orElse(Limits.DEFAULT);
    String description = file.text("description").orElse("");
    String instructions = file.text("instructions").orElse("");
    List<Contract> contracts = contracts(file);
    List<Rule> rules = file.sections("rules").stream().map(this::rule).toList();
    boolean verified = file.choice("stream", Stream.class).orElse(Stream.LIVE) == Stream.VERIFIED;
    boolean suspend =
        file.choice("on-failure", OnFailure.class).orElse(OnFailure.STOP) == OnFailure.SUSPEND;
    State state = file.section("state").map(this::state).orElse(State.ANY);
    return route(file)
        .map(
            route ->
                new Pin(
                    name,
                    instructions,
                    route,
                    contracts,
                    rules,
                    output.schema,
                    output.attempts,
                    verified,
                    suspend,
                    limits))
        .map(pin -> new Agent(name, description, pin.withState(state.schema), state.initial));
  }

  /** The agent's way with another model, or with other tools; it has no fallback of its own. */
  Optional<Pin> simpler(Pin own, Section fallback) {
    Optional<Pin.Route> route = fallback.has("model") ? route(fallback) : Optional.of(own.route());
    List<Contract> tools = fallback.has("tools") ? contracts(fallback) : own.tools();
    return route.map(found -> own.withRoute(found).withTools(tools));
  }

  /** Why the value can't be the answer of an agent's run. */
  List<String> outputProblems(Pin own, Json answer) {
    return own.output() == null ? List.of() : parts.stateProblems().apply(answer, own.output());
  }

  private Optional<Pin.Route> route(Section file) {
    String model = file.text("model").required("");
    if (!model.isEmpty()) {
      models.names().mustHold(model, file.at("model"), report);
    }
    return Optional.ofNullable(models.routes().get(model));
  }

  private List<Contract> contracts(Section file) {
    List<Word> words = file.words("tools");
    words.forEach(tool -> tools.names().mustHold(tool.text(), tool.at(), report));
    if (words.stream().map(Word::text).distinct().count() < words.size()) {
      file.error("tools", "names a tool twice");
    }
    return words.stream()
        .map(tool -> tools.settings().get(tool.text()))
        .filter(Objects::nonNull)
        .map(settings -> settings.contract())
        .toList();
  }

  private Rule rule(Section rule) {
    Verdict then = rule.choice("then", Verdict.class).required(Verdict.DENY);
    if (rule.has("expires") && then != Verdict.ASK) {
      rule.error("expires", "belongs to then: ask, and nobody is asked here");
    }
    if (rule.has("approvers") && then != Verdict.ASK) {
      rule.error("approvers", "belong to then: ask, and nobody is asked here");
    }
    if (rule.has("guard") && then == Verdict.DENY) {
      rule.error("guard", "has no place with then: deny, which lets nothing pass");
    }
    return new Rule(
        rule.text("when").verify(parts.ruleProblems()).required("true"),
        then,
        rule.duration("expires").orNull(),
        rule.words("approvers").stream().map(Word::text).toList(),
        rule.text("guard").verify(parts.ruleProblems()).orNull());
  }

  private State state(Section state) {
    Json schema = state.schema("schema").orNull();
    Json initial = state.object("initial").orElse(Json.EMPTY_OBJECT);
    parts
        .stateProblems()
        .apply(initial, schema)
        .forEach(problem -> state.error("initial", problem));
    return new State(schema, initial.text());
  }

  private static Output output(Section output) {
    return new Output(
        output.schema("schema").required(Json.EMPTY_OBJECT),
        output.integer("attempts", 1, 10).orElse(OUTPUT_ATTEMPTS));
  }

  private static Limits limits(Section limits) {
    var standard = Limits.DEFAULT;
    return new Limits(
        limits.integer("steps", 1, MAX).orElse(standard.steps()),
        limits.integer("tool-calls", 0, MAX).orElse(standard.toolCalls()),
        limits.integer("parallel", 1, MAX).orElse(standard.parallel()),
        limits.usd("cost-usd").orNull(),
        limits.whole("tokens", 1, Long.MAX_VALUE).orNull(),
        limits.duration("deadline").orElse(standard.deadlineMs()),
        limits
            .integer("repeats", 0, MOST_REPEATS)
            .check(repeats -> repeats != 1, "must be 0, which switches it off, or at least 2")
            .orElse(standard.repeats()),
        limits.integer("tool-failures", 0, MAX).orElse(standard.toolFailures()));
  }

  private record State(@Nullable Json schema, String initial) {
    static final State ANY = new State(null, "{}");
  }

  private record Output(@Nullable Json schema, int attempts) {
    static final Output FREE = new Output(null, OUTPUT_ATTEMPTS);
  }

  private enum Stream {
    LIVE,
    VERIFIED
  }

  private enum OnFailure {
    STOP,
    SUSPEND
  }
}
