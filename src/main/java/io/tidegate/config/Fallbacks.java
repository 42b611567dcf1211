package io.tidegate.config;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Fallback;
import io.tidegate.run.Agents.Agent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives agents their fallbacks, when all agents are known: another agent, a simpler way of their
 * own, or a fixed answer.
 */
final class Fallbacks {
  private final Report report;
  private final AgentReader reader;
  private final Names names;
  private final Map<String, Section> sections = new HashMap<>();
  private final Map<String, Fallback> simple = new HashMap<>();
  private final Map<String, String> others = new HashMap<>();

  Fallbacks(Report report, AgentReader reader, Names names) {
    this.report = report;
    this.reader = reader;
    this.names = names;
  }

  /** Reads what an agent's file says. */
  void read(String name, Section file, @Nullable Agent agent) {
    file.section("fallback").ifPresent(fallback -> readFallback(name, fallback, agent));
  }

  private void readFallback(String name, Section fallback, @Nullable Agent agent) {
    sections.put(name, fallback);
    boolean simpler = fallback.has("model") || fallback.has("tools");
    int kinds =
        (fallback.has("agent") ? 1 : 0) + (fallback.has("answer") ? 1 : 0) + (simpler ? 1 : 0);
    if (kinds != 1) {
      report.error(fallback.at(), "must have either agent, or answer, or model and tools");
    }
    other(fallback).ifPresent(other -> others.put(name, other));
    Fallback.Answer answer = answer(fallback);
    if (agent == null || kinds != 1) {
      return;
    }
    if (answer != null) {
      reader
          .outputProblems(agent.pin(), answer.answer())
          .forEach(problem -> fallback.error("answer", problem));
      simple.put(name, answer);
    } else if (simpler) {
      reader
          .simpler(agent.pin(), fallback)
          .ifPresent(pin -> simple.put(name, new Fallback.Another(pin)));
    }
  }

  private Optional<String> other(Section fallback) {
    String agent = fallback.text("agent").orElse("");
    if (!agent.isEmpty()) {
      names.mustHold(agent, fallback.at("agent"), report);
    }
    return agent.isEmpty() ? Optional.empty() : Optional.of(agent);
  }

  private static Fallback.@Nullable Answer answer(Section fallback) {
    if (fallback.isMap("answer")) {
      Json answer = fallback.object("answer").orElse(Json.EMPTY_OBJECT);
      return new Fallback.Answer(answer, answer.text());
    }
    String text = fallback.text("answer").orNull();
    return text == null ? null : new Fallback.Answer(Json.string(text), text);
  }

  /** The agents with their fallbacks; those that go round in a circle are reported. */
  SortedMap<String, Agent> given(SortedMap<String, Agent> agents) {
    SortedMap<String, Agent> given = new TreeMap<>();
    agents.forEach((name, agent) -> given.put(name, with(agent, agents, new LinkedHashSet<>())));
    return given;
  }

  private Agent with(Agent agent, Map<String, Agent> agents, SequencedSet<String> path) {
    path.add(agent.name());
    var fallback = fallback(agent, agents, path);
    return new Agent(
        agent.name(),
        agent.description(),
        agent.pin().withFallback(fallback),
        agent.initialState());
  }

  private @Nullable Fallback fallback(
      Agent agent, Map<String, Agent> agents, SequencedSet<String> path) {
    String other = others.get(agent.name());
    Agent next = other == null ? null : agents.get(other);
    if (next == null) {
      return simple.get(agent.name());
    }
    if (path.contains(next.name())) {
      circle(agent.name(), next.name(), path);
      return null;
    }
    return new Fallback.Another(with(next, agents, path).pin());
  }

  /** Each circle is reported once, by the walk that began at its end. */
  private void circle(String last, String first, SequencedSet<String> path) {
    Section section = sections.get(last);
    if (section != null && path.getFirst().equals(first)) {
      var circle = new ArrayList<>(path);
      circle.add(first);
      section.error("agent", "makes a circle: " + String.join(" falls back on ", circle));
    }
  }
}
