package io.tidegate.loop;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Price;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run goes by to its end, whatever is reloaded meanwhile; it holds no secret.
 *
 * @param agent the agent's name
 * @param instructions the system prompt
 * @param route which model targets may answer, in order
 * @param tools the contracts of the agent's tools
 * @param rules the rules over its calls; the first that matches holds
 * @param output the JSON Schema of its final answer, or null for free text
 * @param outputAttempts how many final answers may be tried against the schema, at least 1
 * @param verified whether text is held back from clients until the reply it belongs to is accepted
 * @param suspendOnFailure whether a critical failure waits for an operator instead of ending the
 *     run
 * @param limits how far the run may go
 * @param state the JSON Schema of the state object, or null if any object will do
 * @param fallback what the run goes on with when the agent can't, or null if it ends or waits then
 */
public record Pin(
    String agent,
    String instructions,
    Route route,
    List<Contract> tools,
    List<Rule> rules,
    @Nullable Json output,
    int outputAttempts,
    boolean verified,
    boolean suspendOnFailure,
    Limits limits,
    @Nullable Json state,
    @Nullable Fallback fallback) {
  public Pin {
    tools = List.copyOf(tools);
    rules = List.copyOf(rules);
  }

  /** A pin whose state may be any object, without a fallback. */
  public Pin(
      String agent,
      String instructions,
      Route route,
      List<Contract> tools,
      List<Rule> rules,
      @Nullable Json output,
      int outputAttempts,
      boolean verified,
      boolean suspendOnFailure,
      Limits limits) {
    this(
        agent,
        instructions,
        route,
        tools,
        rules,
        output,
        outputAttempts,
        verified,
        suspendOnFailure,
        limits,
        null,
        null);
  }

  public Pin withState(@Nullable Json schema) {
    return new Pin(
        agent,
        instructions,
        route,
        tools,
        rules,
        output,
        outputAttempts,
        verified,
        suspendOnFailure,
        limits,
        schema,
        fallback);
  }

  public Optional<Contract> contract(String tool) {
    return tools.stream().filter(contract -> contract.name().equals(tool)).findFirst();
  }

  public Pin withLimits(Limits changed) {
    return new Pin(
        agent,
        instructions,
        route,
        tools,
        rules,
        output,
        outputAttempts,
        verified,
        suspendOnFailure,
        changed,
        state,
        fallback);
  }

  public Pin withRoute(Route changed) {
    return new Pin(
        agent,
        instructions,
        changed,
        tools,
        rules,
        output,
        outputAttempts,
        verified,
        suspendOnFailure,
        limits,
        state,
        fallback);
  }

  public Pin withTools(List<Contract> changed) {
    return new Pin(
        agent,
        instructions,
        route,
        changed,
        rules,
        output,
        outputAttempts,
        verified,
        suspendOnFailure,
        limits,
        state,
        fallback);
  }

  public Pin withFallback(@Nullable Fallback changed) {
    return new Pin(
        agent,
        instructions,
        route,
        tools,
        rules,
        output,
        outputAttempts,
        verified,
        suspendOnFailure,
        limits,
        state,
        changed);
  }

  /**
   * A model name of the configuration and the targets behind it, at least one.
   *
   * @param weighted whether the first to be asked is drawn by weight, once a session, rather than
   *     the first of the list
   * @param hedge when a second target is asked too, or null for never
   * @param cache how long replies are kept for equal questions, or null for not at all
   */
  public record Route(
      String name,
      List<Target> targets,
      boolean weighted,
      @Nullable Hedge hedge,
      @Nullable Cache cache) {
    public Route {
      targets = List.copyOf(targets);
      if (targets.isEmpty()) {
        throw new IllegalArgumentException("model '" + name + "' has no target");
      }
    }

    /** One whose targets are asked in their order, one at a time. */
    public Route(String name, List<Target> targets) {
      this(name, targets, false, null);
    }

    /** One that keeps no replies. */
    public Route(String name, List<Target> targets, boolean weighted, @Nullable Hedge hedge) {
      this(name, targets, weighted, hedge, null);
    }
  }

  /**
   * Replies that are kept for equal questions.
   *
   * @param ttlMs how long each is good, in milliseconds
   * @param always whether they are kept though the target samples at a temperature, its own default
   *     included: equal questions then get equal replies where they would not have
   */
  public record Cache(long ttlMs, boolean always) {
    /** Whether replies of that target are kept. */
    public boolean holds(Target target) {
      return always || (target.temperature() != null && target.temperature() == 0);
    }
  }

  /**
   * A second question for a reply that has not begun.
   *
   * @param afterMs how long the first may stay silent, in milliseconds
   * @param budget the share of all questions that may be hedged, from 0 to 1
   */
  public record Hedge(long afterMs, double budget) {}

  /**
   * One model of one provider.
   *
   * @param provider the provider's name in the configuration, where its address and key stand
   * @param model the model's name at the provider
   * @param price what it charges
   * @param timeout how long to wait for it
   * @param attempts how often it is asked for one reply before the next target is, at least 1
   * @param maxOutput the limit of output tokens sent to it
   * @param temperature the sampling temperature sent to it, or null for the provider's default
   * @param pause between two attempts
   * @param weight its share of the sessions where targets are drawn by weight; with 0 it is asked
   *     after the others alone
   * @param when a CEL expression over {@code agent, step, input_tokens, cost_usd, state}, which
   *     must be true for it to be asked, or null
   */
  public record Target(
      String provider,
      String model,
      Price price,
      Timeout timeout,
      int attempts,
      int maxOutput,
      @Nullable Double temperature,
      Pause pause,
      int weight,
      @Nullable String when) {

    /** One with the usual pauses that may always be asked. */
    public Target(
        String provider,
        String model,
        Price price,
        Timeout timeout,
        int attempts,
        int maxOutput,
        @Nullable Double temperature) {
      this(
          provider,
          model,
          price,
          timeout,
          attempts,
          maxOutput,
          temperature,
          Pause.DEFAULT,
          1,
          null);
    }

    /** What guards and meters call it. */
    public String name() {
      return provider + "/" + model;
    }
  }

  /**
   * The longest pause before the second attempt, and before any, in milliseconds; in between it
   * doubles.
   */
  public record Pause(long firstMs, long mostMs) {
    public static final Pause DEFAULT = new Pause(250, 20_000);
  }

  /** How long to wait for a model, in milliseconds. */
  public record Timeout(long connectMs, long firstChunkMs, long betweenChunksMs, long totalMs) {
    public static final Timeout DEFAULT = new Timeout(2_000, 30_000, 15_000, 300_000);
  }

  /**
   * A rule over tool calls.
   *
   * @param when a CEL expression over {@code tool, args, state, step, cost_usd, principal}
   * @param then what holds if the expression is true
   * @param expiresMs how long an approval is waited for, in milliseconds, or null for no end
   * @param approvers the principals who may decide; empty if anybody may
   * @param guard a CEL expression over the same, which must be true when the call is about to be
   *     sent whatever the model or an approval says, or null
   */
  public record Rule(
      String when,
      Verdict then,
      @Nullable Long expiresMs,
      List<String> approvers,
      @Nullable String guard) {
    public Rule {
      approvers = List.copyOf(approvers);
    }
  }

  /** What a rule says about a call. */
  public enum Verdict {
    ASK,
    DENY,
    ALLOW
  }
}
