package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Contract;
import io.tidegate.loop.FailureClass;
import io.tidegate.run.RetryBudget;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.tool.ToolSettings.Target;
import io.tidegate.tool.http.BadArgument;
import io.tidegate.tool.http.Exchange;
import io.tidegate.tool.http.Request;
import io.tidegate.tool.http.RequestTemplate;
import io.tidegate.tool.json.JsonText;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** A tool behind an HTTP endpoint. */
final class HttpTool implements Tool {

  /** SYNs are repeated after 1 and 3 seconds; a host that misses those is down. */
  private static final long MAX_CONNECT_MS = 5_000;

  private final Wire wire;
  private final RequestTemplate template;
  private final boolean followRedirects;
  private final ToolSettings.Retry retry;
  private final RetryBudget budget;
  private final int maxResultBytes;

  HttpTool(Wire wire, ToolSettings settings, Target.Http http) {
    require(settings.retry().attempts() >= 1, "attempts must be at least 1");
    require(settings.maxResultBytes() >= 0, "the largest result must not be negative");
    this.wire = wire;
    this.template = template(settings.contract(), http);
    this.followRedirects = http.followRedirects();
    this.retry = settings.retry();
    this.budget = wire.budgets().of(String.valueOf(settings.server()));
    this.maxResultBytes = settings.maxResultBytes();
  }

  /**
   * The template of the tool's requests.
   *
   * @throws IllegalArgumentException if it can't be right or uses arguments that the contract lacks
   */
  static RequestTemplate template(Contract contract, Target.Http http) {
    var template =
        new RequestTemplate(http.method(), http.url(), http.query(), http.headers(), http.body());
    JsonNode properties = JsonText.tree(contract.input()).path("properties");
    if (properties.isObject()) {
      var declared = new TreeSet<String>();
      properties.fieldNames().forEachRemaining(declared::add);
      template.requireNames(declared);
    }
    return template;
  }

  private static void require(boolean held, String sentence) {
    if (!held) {
      throw new IllegalArgumentException(sentence);
    }
  }

  @Override
  public Running start(Invocation invocation, JsonNode args) {
    try {
      Request request = template.fill(args, headers(invocation));
      var call =
          new HttpCall(
              wire,
              invocation.contract(),
              new Backoff(retry, wire.time(), wire.ids()),
              budget,
              exchanges(invocation),
              request);
      call.begin();
      return call;
    } catch (BadArgument e) {
      return new Over(Reply.unsent(FailureClass.INVALID_ARGUMENTS, String.valueOf(e.getMessage())));
    }
  }

  private Exchange.Settings exchanges(Invocation invocation) {
    long connectMs = Math.min(MAX_CONNECT_MS, invocation.contract().timeoutMs() / retry.attempts());
    return new Exchange.Settings(followRedirects, maxResultBytes, Math.max(1, connectMs));
  }

  private static Map<String, String> headers(Invocation invocation) {
    var headers = new HashMap<String, String>();
    headers.put("Idempotency-Key", invocation.idempotencyKey());
    headers.put("Tidegate-Session", invocation.session().id());
    headers.put("Tidegate-Run", invocation.run());
    headers.put("Tidegate-Call", invocation.call());
    var trace = invocation.trace();
    if (trace != null) {
      headers.put("traceparent", trace.traceparent());
      if (!trace.vendors().isEmpty()) {
        headers.put("tracestate", trace.vendors());
      }
    }
    return headers;
  }
}
