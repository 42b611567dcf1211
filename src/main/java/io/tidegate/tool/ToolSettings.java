package io.tidegate.tool;

import io.tidegate.conversation.Contract;
import io.tidegate.run.Secret;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tool as it is configured.
 *
 * @param contract what runs pin of it
 * @param target where it is executed
 * @param retry how often and when a call is sent again
 * @param concurrency calls that one process sends at a time
 * @param transform a JSONata expression over the raw result that gives what the model sees, or
 *     empty
 * @param maxResultBytes the largest result that is read; a larger one fails the call
 */
public record ToolSettings(
    Contract contract,
    Target target,
    Retry retry,
    int concurrency,
    String transform,
    int maxResultBytes) {

  /** A tool whose calls take so many requests at most, with the usual pauses between them. */
  public ToolSettings(
      Contract contract,
      Target target,
      int attempts,
      int concurrency,
      String transform,
      int maxResultBytes) {
    this(contract, target, Retry.of(attempts), concurrency, transform, maxResultBytes);
  }

  /**
   * How often and when a call is sent again.
   *
   * @param attempts how many requests one call may take, at least 1
   * @param delayMs the longest pause before the second, in milliseconds; it doubles with each
   * @param maxDelayMs how long no pause is longer than, in milliseconds
   */
  public record Retry(int attempts, long delayMs, long maxDelayMs) {
    public static Retry of(int attempts) {
      return new Retry(attempts, 100, 5_000);
    }
  }

  /** The server that executes it, as scheme, host and port; null if the gateway does so itself. */
  public @Nullable String server() {
    return switch (target) {
      case Target.Http http -> {
        int path = http.url().indexOf('/', http.url().indexOf("://") + 3);
        yield (path < 0 ? http.url() : http.url().substring(0, path)).toLowerCase(Locale.ROOT);
      }
      case Target.BuiltIn _ -> null;
    };
  }

  /** The tools that are part of the gateway, by name, as if they were configured. */
  public static Map<String, ToolSettings> builtIn() {
    return BuiltIns.settings();
  }

  /** The same with the contract's digest filled in, as it is to be before a run pins it. */
  public ToolSettings sealed() {
    return Contracts.sealed(this);
  }

  /** Where a tool is executed. */
  public sealed interface Target {
    /**
     * An HTTP endpoint. In {@code url}, {@code query} and {@code headers}, <code>{name}</code>
     * stands for an argument.
     *
     * @param method the HTTP method, upper case
     * @param url the URL template; arguments can't reach its scheme, host or port
     * @param query query parameters; one whose argument is absent is left out
     * @param headers headers, whose values may be secret
     * @param body the body as a JSON template whose string values may be <code>{name}</code>; null
     *     sends the arguments that the URL and query do not use as a JSON object, or no body for
     *     GET, HEAD and DELETE
     * @param followRedirects whether redirects are followed; otherwise they fail the call
     */
    record Http(
        String method,
        String url,
        Map<String, String> query,
        Map<String, Secret> headers,
        @Nullable String body,
        boolean followRedirects)
        implements Target {
      public Http {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
      }
    }

    /** A tool that is part of the gateway, by its name there. */
    record BuiltIn(String name) implements Target {}
  }
}
