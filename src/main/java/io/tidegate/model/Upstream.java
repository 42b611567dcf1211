package io.tidegate.model;

import io.tidegate.model.anthropic.AnthropicMessages;
import io.tidegate.model.openai.OpenAiChat;
import io.tidegate.model.wire.Dialect;
import io.tidegate.run.Secret;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A provider ready to be asked.
 *
 * <p>Each event loop has a pool of its own: a reply is read on the thread of the run that asked,
 * and no chunk of it crosses threads.
 */
final class Upstream {
  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final int LONGEST_CALL_MINUTES = 60;

  private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E\\t]*");

  private final Vertx vertx;
  private final Provider provider;
  private final Dialect dialect;
  private final URI endpoint;
  private final String uri;
  private final List<MultiMap> headers;
  private final Map<Object, HttpClient> clients;

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException if the address or a header cannot be used
   */
  Upstream(Vertx vertx, Provider provider) {
    this(vertx, provider, new ConcurrentHashMap<>());
  }

  private Upstream(Vertx vertx, Provider provider, Map<Object, HttpClient> clients) {
    this.vertx = vertx;
    this.clients = clients;
    this.provider = provider;
    this.dialect = dialect(provider);
    this.endpoint = dialect.endpoint(checked(provider));
    String query = endpoint.getRawQuery();
    this.uri = endpoint.getRawPath() + (query == null ? "" : "?" + query);
    this.headers = provider.apiKeys().stream().map(key -> headers(provider, dialect, key)).toList();
  }

  /**
   * The provider as it is configured now, over the same connections if its address is the same.
   *
   * @throws IllegalArgumentException if the address or a header cannot be used
   */
  Upstream as(Provider now) {
    if (now.equals(provider)) {
      return this;
    }
    boolean same =
        now.baseUrl().equals(provider.baseUrl()) && now.connections() == provider.connections();
    return same ? new Upstream(vertx, now, clients) : new Upstream(vertx, now);
  }

  boolean sharesConnections(Upstream other) {
    return clients == other.clients;
  }

  String name() {
    return provider.name();
  }

  Dialect dialect() {
    return dialect;
  }

  /** Host and port, for sentences. */
  String address() {
    return endpoint.getHost() + ":" + port();
  }

  /** A request over a free connection, to be made within that time, with the key at an index. */
  Future<HttpClientRequest> request(ContextInternal context, long connectMs, int key) {
    // Another configuration may have had more keys when the question was planned.
    var sent = headers.get(Math.min(key, headers.size() - 1));
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(endpoint.getHost())
            .setPort(port())
            .setSsl(secure())
            .setURI(uri)
            .setFollowRedirects(false)
            .setConnectTimeout(connectMs);
    return client(context).request(options).onSuccess(request -> request.headers().addAll(sent));
  }

  /** The text with every secret of the provider blotted out. */
  String redact(String text) {
    String clean = text;
    for (var secret : secrets().toList()) {
      clean = clean.replace(secret, "[hidden]");
    }
    return clean;
  }

  /** Closes each connection when its call is over, which takes no longer than calls may. */
  void retire() {
    clients.values().forEach(client -> client.shutdown(LONGEST_CALL_MINUTES, TimeUnit.MINUTES));
  }

  Future<Void> close() {
    return Future.all(clients.values().stream().map(HttpClient::close).toList()).mapEmpty();
  }

  private Stream<String> secrets() {
    return Stream.concat(provider.apiKeys().stream(), provider.headers().values().stream())
        .map(secret -> secret.reveal().strip())
        .filter(secret -> secret.length() >= 8);
  }

  private HttpClient client(ContextInternal context) {
    return clients.computeIfAbsent(context.nettyEventLoop(), loop -> newClient());
  }

  private HttpClient newClient() {
    var options =
        new HttpClientOptions()
            .setSsl(secure())
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMetricsName("model-" + provider.name());
    return vertx.createHttpClient(
        options, new PoolOptions().setHttp1MaxSize(provider.connections()));
  }

  private boolean secure() {
    return "https".equalsIgnoreCase(endpoint.getScheme());
  }

  private int port() {
    return endpoint.getPort() >= 0 ? endpoint.getPort() : secure() ? 443 : 80;
  }

  private static Dialect dialect(Provider provider) {
    return switch (provider.protocol()) {
      case OPENAI_CHAT ->
          new OpenAiChat(
              "api.openai.com".equals(provider.baseUrl().getHost()), provider.promptCacheKey());
      case ANTHROPIC -> new AnthropicMessages();
    };
  }

  private static URI checked(Provider provider) {
    URI base = provider.baseUrl();
    boolean http = "http".equalsIgnoreCase(base.getScheme());
    boolean https = "https".equalsIgnoreCase(base.getScheme());
    if (base.getHost() == null || !(http || https)) {
      throw new IllegalArgumentException(
          "provider '%s': base-url must begin with http:// or https:// and a host, was '%s'"
              .formatted(provider.name(), base));
    }
    return base;
  }

  /** The protocol's headers, which the provider's own may replace. */
  private static MultiMap headers(Provider provider, Dialect dialect, Secret key) {
    var headers =
        MultiMap.caseInsensitiveMultiMap()
            .set("content-type", "application/json")
            .set("accept", "text/event-stream")
            .set("user-agent", "tidegate");
    dialect.headers(key.reveal().strip()).forEach(headers::set);
    provider.headers().forEach((name, value) -> headers.set(name, value.reveal().strip()));
    headers.forEach((name, value) -> check(provider, name, value));
    return headers;
  }

  private static void check(Provider provider, String name, String value) {
    if (!HEADER_NAME.matcher(name).matches() || !HEADER_VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "provider '%s': header '%s' or its value holds a character that HTTP forbids"
              .formatted(provider.name(), name));
    }
  }
}
