package io.tidegate.meter.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Trace;
import io.tidegate.run.SessionId;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Words spans as the OpenTelemetry semantic conventions for generative AI want them; what those do
 * not know begins with {@code tidegate}. No span holds what was said.
 */
final class Spans {
  static final AttributeKey<String> OPERATION = text("gen_ai.operation.name");
  static final AttributeKey<String> PROVIDER = text("gen_ai.provider.name");
  static final AttributeKey<String> CONVERSATION = text("gen_ai.conversation.id");
  static final AttributeKey<String> AGENT = text("gen_ai.agent.name");
  static final AttributeKey<String> REQUEST_MODEL = text("gen_ai.request.model");
  static final AttributeKey<String> RESPONSE_MODEL = text("gen_ai.response.model");
  static final AttributeKey<List<String>> FINISH =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
  static final AttributeKey<Long> INPUT = number("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT = number("gen_ai.usage.output_tokens");
  static final AttributeKey<Long> CACHE_READ = number("gen_ai.usage.cache_read.input_tokens");
  static final AttributeKey<Long> CACHE_WRITE = number("gen_ai.usage.cache_creation.input_tokens");
  static final AttributeKey<String> TOOL = text("gen_ai.tool.name");
  static final AttributeKey<String> CALL = text("gen_ai.tool.call.id");
  static final AttributeKey<String> TOOL_TYPE = text("gen_ai.tool.type");
  static final AttributeKey<String> ERROR = text("error.type");
  static final AttributeKey<String> RUN = text("tidegate.run.id");
  static final AttributeKey<String> TENANT = text("tidegate.tenant");
  static final AttributeKey<String> STOP_REASON = text("tidegate.stop.reason");
  static final AttributeKey<String> COST = text("tidegate.cost.usd");
  static final AttributeKey<Long> TURN = number("tidegate.turn");
  static final AttributeKey<Long> ATTEMPT = number("tidegate.attempt");
  static final AttributeKey<Long> TRIES = number("tidegate.tries");
  static final AttributeKey<Long> WAVE = number("tidegate.wave");
  static final AttributeKey<Long> WIDTH = number("tidegate.wave.width");

  private final Resource resource;
  private final UnaryOperator<String> providers;
  private final Consumer<SpanData> out;

  /**
   * @param providers gives the name that the conventions have for a configured provider
   * @param out gets each span
   */
  Spans(Resource resource, UnaryOperator<String> providers, Consumer<SpanData> out) {
    this.resource = resource;
    this.providers = providers;
    this.out = out;
  }

  /**
   * Whose spans they are.
   *
   * @param trace the run's own place
   */
  record Of(SessionId session, String run, Pin pin, Trace trace) {}

  /** When something was, in milliseconds since 1970. */
  record During(long from, long to) {}

  private static AttributeKey<String> text(String name) {
    return AttributeKey.stringKey(name);
  }

  private static AttributeKey<Long> number(String name) {
    return AttributeKey.longKey(name);
  }

  void run(Of of, Stop stop, long to) {
    var attributes = of(of, "invoke_agent");
    attributes.put(PROVIDER, providers.apply(of.pin().route().targets().getFirst().provider()));
    attributes.put(TENANT, of.session().tenant());
    attributes.put(STOP_REASON, stop.reason().wire());
    attributes.put(COST, stop.cost().toString());
    usage(attributes, stop.usage());
    boolean well = stop.reason() == StopReason.COMPLETED || stop.reason() == StopReason.CANCELLED;
    end(
        of.trace(),
        "invoke_agent " + of.pin().agent(),
        SpanKind.INTERNAL,
        new During(of.trace().since(), to),
        well ? null : stop.reason().wire(),
        attributes);
  }

  /** One question to a model; the target is an index into the route. */
  void question(
      Of of,
      Event.ModelAsked asked,
      During during,
      @Nullable Reply reply,
      @Nullable ModelFailure failure) {
    var target = of.pin().route().targets().get(asked.target());
    var attributes = of(of, "chat");
    attributes.put(PROVIDER, providers.apply(target.provider()));
    attributes.put(REQUEST_MODEL, target.model());
    attributes.put(TURN, asked.turn()).put(ATTEMPT, asked.attempt());
    if (reply != null) {
      attributes.put(RESPONSE_MODEL, reply.model());
      attributes.put(FINISH, List.of(lower(reply.finish())));
      if (reply.usage() != null) {
        usage(attributes, reply.usage());
      }
    }
    end(
        of.trace().question(asked.turn(), asked.attempt()),
        "chat " + target.model(),
        SpanKind.CLIENT,
        during,
        failure == null ? null : lower(failure.kind()),
        attributes);
  }

  void wave(Of of, Trace place, During during, int turn, int wave, int width) {
    var attributes = of(of);
    attributes.put(TURN, turn).put(WAVE, wave).put(WIDTH, width);
    end(place, "wave " + wave, SpanKind.INTERNAL, during, null, attributes);
  }

  /** One attempt at a call; who is above it is the wave's place. */
  void call(
      Of of,
      Event.CallStarted started,
      Trace wave,
      During during,
      int tries,
      @Nullable Outcome failed) {
    var attributes = of(of, "execute_tool");
    attributes.put(TOOL, started.tool());
    attributes.put(CALL, started.call());
    attributes.put(TOOL_TYPE, "function");
    attributes.put(ATTEMPT, started.attempt()).put(TRIES, tries);
    var place = of.trace().call(started.call(), started.attempt());
    end(
        new Trace(place.id(), place.span(), true, place.vendors(), wave.span(), place.since()),
        "execute_tool " + started.tool(),
        SpanKind.INTERNAL,
        during,
        failed == null ? null : failed.wire(),
        attributes);
  }

  private static AttributesBuilder of(Of of, String operation) {
    return of(of).put(OPERATION, operation);
  }

  private static AttributesBuilder of(Of of) {
    return Attributes.builder()
        .put(AGENT, of.pin().agent())
        .put(CONVERSATION, of.session().id())
        .put(RUN, of.run());
  }

  private static void usage(AttributesBuilder attributes, Usage usage) {
    attributes
        .put(INPUT, usage.input())
        .put(OUTPUT, usage.output())
        .put(CACHE_READ, usage.cachedInput())
        .put(CACHE_WRITE, usage.cacheWrites());
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  private void end(
      Trace place,
      String name,
      SpanKind kind,
      During during,
      @Nullable String error,
      AttributesBuilder attributes) {
    if (error != null) {
      attributes.put(ERROR, error);
    }
    out.accept(
        new FinishedSpan(
            resource, place, name, kind, during.from(), during.to(), error, attributes.build()));
  }
}
