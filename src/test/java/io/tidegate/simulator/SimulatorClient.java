package io.tidegate.simulator;

import io.tidegate.simulator.web.Jsons;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A raw HTTP client that sees what is on the wire, also of an answer that breaks off. */
public final class SimulatorClient {
  private final Vertx vertx;
  private final HttpClient client;
  private final URI base;

  public SimulatorClient(Vertx vertx, URI base) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(new HttpClientOptions().setIdleTimeout(20).setKeepAlive(false));
    this.base = base;
  }

  /** An answer: all of it, or what came before it broke off. */
  public record Answer(int status, MultiMap headers, String body, boolean broken) {
    public JsonObject json() {
      return new JsonObject(body);
    }

    /** The data of all SSE events but the last marker. */
    public List<JsonObject> events() {
      return Arrays.stream(body.split("\n"))
          .filter(line -> line.startsWith("data: {"))
          .map(line -> new JsonObject(line.substring(6)))
          .toList();
    }
  }

  public Future<Answer> send(String method, String path, Object body, String... headers) {
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setAbsoluteURI(base.resolve(path).toString());
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    var bytes = body instanceof String text ? text : Jsons.text(body);
    // On a context: off it, the answer could be over before anybody listens to it.
    var answer = Promise.<Answer>promise();
    vertx.runOnContext(_ -> exchange(options, Buffer.buffer(bytes)).onComplete(answer));
    return answer.future();
  }

  private Future<Answer> exchange(RequestOptions options, Buffer body) {
    return client
        .request(options)
        .compose(request -> request.send(body))
        .compose(SimulatorClient::read);
  }

  private static Future<Answer> read(HttpClientResponse response) {
    var body = Buffer.buffer();
    response.handler(body::appendBuffer);
    return response
        .end()
        .map(end -> answer(response, body, false))
        .otherwise(broken -> answer(response, body, true));
  }

  private static Answer answer(HttpClientResponse response, Buffer body, boolean broken) {
    return new Answer(response.statusCode(), response.headers(), body.toString(), broken);
  }

  public Answer get(String path) {
    return await(send("GET", path, ""));
  }

  public Answer post(String path, Object body, String... headers) {
    return await(send("POST", path, body, headers));
  }

  /** Asks a model by the OpenAI protocol. */
  public Future<Answer> chat(String model, boolean stream, String input) {
    return send(
        "POST",
        "/v1/chat/completions",
        Map.of(
            "model",
            model,
            "stream",
            stream,
            "stream_options",
            Map.of("include_usage", true),
            "messages",
            List.of(Map.of("role", "user", "content", input))));
  }

  /** Asks a model by the Anthropic protocol. */
  public Future<Answer> message(String model, boolean stream, String input) {
    return send(
        "POST",
        "/v1/messages",
        Map.of(
            "model",
            model,
            "stream",
            stream,
            "max_tokens",
            1000,
            "messages",
            List.of(Map.of("role", "user", "content", input))),
        "anthropic-version",
        "2023-06-01");
  }

  public static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
