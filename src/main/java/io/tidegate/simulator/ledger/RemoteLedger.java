package io.tidegate.simulator.ledger;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A ledger in another process. */
public final class RemoteLedger implements Posting {
  private static final long TIMEOUT_MS = 10_000;

  private final HttpClient client;
  private final RequestOptions options;

  public RemoteLedger(HttpClient client, URI base) {
    this.client = client;
    this.options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(base.resolve("/ledger/entries").toString())
            .setTimeout(TIMEOUT_MS);
  }

  @Override
  public Future<LedgerAnswer> post(@Nullable String key, String body) {
    return client
        .request(options)
        .compose(request -> send(request, key, body))
        .compose(RemoteLedger::answer);
  }

  private static Future<HttpClientResponse> send(
      HttpClientRequest request, @Nullable String key, String body) {
    if (key != null) {
      request.putHeader("idempotency-key", key);
    }
    return request.putHeader("content-type", "application/json").send(Buffer.buffer(body));
  }

  private static Future<LedgerAnswer> answer(HttpClientResponse response) {
    boolean repeated = response.getHeader(LedgerApi.REPEATED) != null;
    return response
        .body()
        .map(body -> new LedgerAnswer(response.statusCode(), body.toString(), repeated));
  }
}
