package io.tidegate.model;

import static io.tidegate.model.FakeProvider.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.loop.Pin.Timeout;
import io.tidegate.run.Model;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Terms;
import io.tidegate.run.Secret;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpModelIT {
  private static final String HI = "{'choices':[{'delta':{'content':'Hi'}}]}";
  private static final String STOP = "{'choices':[{'delta':{},'finish_reason':'stop'}]}";
  private static final byte[] ANSWER = Streams.events(HI, STOP, "[DONE]");
  private static final Timeout IN_MANUAL_TIME = new Timeout(60_000, 300_000, 120_000, 480_000);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ManualTime time = new ManualTime();
  private final Heard heard = new Heard();
  private FakeProvider server;

  @BeforeEach
  void start() throws Exception {
    server = new FakeProvider(vertx, new HttpServerOptions());
    server.streams(ANSWER);
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void aStreamedAnswerBecomesAReply() throws Exception {
    Reply reply = await(ask(openAi(), Asks.hello()));
    assertThat(reply)
        .isEqualTo(new Reply(List.of(new Part.Text("Hi")), Finish.END, null, "model-1"));
    assertThat(heard.told()).containsExactly("text: Hi");
    var seen = server.seen().getFirst();
    assertThat(seen.header("authorization")).isEqualTo("Bearer sk-secret-1");
    assertThat(seen.header("content-type")).isEqualTo("application/json");
    assertThat(seen.body()).startsWith("{\"model\":\"model-1\"");
  }

  @Test
  void whereItIsAllowedTheSessionsQuestionsAreMarkedAsBeginningAlike() throws Exception {
    var plain = server.openAi("");
    var marked =
        new Provider(
            plain.name(), plain.protocol(), plain.baseUrl(), plain.apiKeys(), Map.of(), 4, true);
    var terms = new Terms("acme", "s_1", () -> 0, null, List.of(), 0, null);
    var ask = Asks.under(Asks.hello(), terms);
    await(ask(model(plain), ask));
    await(ask(model(marked), ask));
    await(ask(model(marked), ask));
    var keys =
        server.seen().stream()
            .map(seen -> new JsonObject(seen.body()).getString("prompt_cache_key"))
            .toList();
    assertThat(keys).hasSize(3);
    assertThat(keys.getFirst()).isNull();
    assertThat(keys.get(1)).isNotBlank().isEqualTo(keys.get(2)).doesNotContain("acme", "s_1");
  }

  @ParameterizedTest
  @CsvSource({
    "OPENAI_CHAT,'',/chat/completions",
    "OPENAI_CHAT,/,/chat/completions",
    "OPENAI_CHAT,/v1,/v1/chat/completions",
    "OPENAI_CHAT,/proxy/v1/,/proxy/v1/chat/completions",
    "OPENAI_CHAT,/v1?api-version=7,/v1/chat/completions?api-version=7",
    "ANTHROPIC,'',/v1/messages",
    "ANTHROPIC,/proxy/,/proxy/v1/messages",
    "ANTHROPIC,/v1/,/v1/messages"
  })
  void theProtocolsPathStandsBelowTheBaseUrl(Provider.Protocol protocol, String base, String uri)
      throws Exception {
    server.answers(response -> response.setStatusCode(500).end());
    failure(ask(model(server.provider(protocol, base, Map.of(), 4)), Asks.hello()));
    assertThat(server.seen().getFirst().request().uri()).isEqualTo(uri);
  }

  @Test
  void anthropicIsSpokenWithItsHeaders() throws Exception {
    server.streams(Golden.bytes("anthropic/calls.sse"));
    var model = model(server.provider(Provider.Protocol.ANTHROPIC, "", Map.of(), 4));
    Reply reply = await(ask(model, Asks.with(Asks.tools("erp.lookup", "now"))));
    Golden.assertSame("anthropic/calls.reply.json", heard, reply);
    assertThat(server.seen().getFirst().header("x-api-key")).isEqualTo("sk-secret-1");
    assertThat(server.seen().getFirst().header("anthropic-version")).isEqualTo("2023-06-01");
  }

  @Test
  void theProvidersOwnHeadersReplaceTheProtocols() throws Exception {
    var headers =
        Map.of(
            "Anthropic-Version", new Secret("2026-10-21"),
            "Authorization", new Secret("Bearer other\n"));
    var model = model(server.provider(Provider.Protocol.ANTHROPIC, "", headers, 4));
    server.answers(response -> response.setStatusCode(500).end());
    failure(ask(model, Asks.hello()));
    var request = server.seen().getFirst().request();
    assertThat(request.headers().getAll("anthropic-version")).containsExactly("2026-10-21");
    assertThat(request.getHeader("authorization")).isEqualTo("Bearer other");
  }

  @Test
  void aHeaderThatHttpForbidsIsRefusedAtOnceWithoutItsValue() {
    var headers = Map.of("x-team", new Secret("secret\r\nx: y"));
    var provider = server.provider(Provider.Protocol.ANTHROPIC, "", headers, 4);
    assertThatThrownBy(() -> model(provider))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("provider 'test'")
        .hasMessageContaining("x-team")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"api.test/v1", "ftp://api.test", "http:///v1", "localhost:8080"})
  void anAddressThatIsNotHttpIsRefusedAtOnce(URI base) {
    var provider =
        new Provider("test", Provider.Protocol.ANTHROPIC, base, Secret.NONE, Map.of(), 4);
    assertThatThrownBy(() -> model(provider))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base-url must begin with http://");
  }

  @Test
  void allIsToldOnTheContextOfTheAsker() throws Exception {
    var contexts = new CompletableFuture<Context>();
    heard.whenText(() -> contexts.complete(Vertx.currentContext()));
    var after = new CompletableFuture<Context>();
    ask(openAi(), Asks.hello()).reply().onComplete(done -> after.complete(Vertx.currentContext()));
    assertThat(contexts.get(30, TimeUnit.SECONDS)).isSameAs(context);
    assertThat(after.get(30, TimeUnit.SECONDS)).isSameAs(context);
  }

  @Test
  void aThreadWithoutContextMayAskToo() throws Exception {
    var model = openAi();
    assertThat(await(model.ask(Asks.hello(), heard)).finish()).isEqualTo(Finish.END);
  }

  @Test
  void aProviderThatIsNotThereIsNamed() throws Exception {
    var model = new HttpModel(vertx, Map.of("other", server.openAi("")), time);
    var failure = failure(ask(model, Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.REJECTED);
    assertThat(failure.message()).contains("no provider 'test'").contains("[other]");
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    var model = openAi();
    for (int i = 0; i < 3; i++) {
      await(ask(model, Asks.hello()));
      drained();
    }
    assertThat(server.seen()).hasSize(3);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void aWaitThatIsAskedForIsPassedOn() throws Exception {
    server.answers(
        response ->
            response
                .setStatusCode(429)
                .putHeader("retry-after", "7")
                .end("{\"error\":{\"message\":\"Slow down\",\"type\":\"rate_limit_error\"}}"));
    assertThat(failure(ask(openAi(), Asks.hello())))
        .isEqualTo(
            new ModelFailure(
                Kind.RATE_LIMITED, "provider 'test': it answered 429: Slow down", 7_000L));
  }

  @Test
  void aKeyThatTheProviderRepeatsIsHidden() throws Exception {
    server.answers(response -> response.setStatusCode(401).end("{\"error\":\"bad sk-secret-1\"}"));
    var failure = failure(ask(openAi(), Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(failure.message()).contains("bad [hidden]").doesNotContain("sk-secret-1");
  }

  @Test
  void ofAnEndlessErrorOnlyTheBeginningIsRead() throws Exception {
    server.answers(
        response -> response.setStatusCode(500).setChunked(true).write("x".repeat(100_000)));
    var failure = failure(ask(openAi(), Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
    assertThat(failure.message()).hasSizeLessThan(700);
    droppedByUs();
  }

  @Test
  void anAnswerThatIsNotStreamedIsMalformed() throws Exception {
    server.answers(
        response ->
            response
                .putHeader("content-type", "application/json")
                .end("{\"object\":\"chat.completion\",\"choices\":[]}"));
    assertThat(failure(ask(openAi(), Asks.hello())).kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void nobodyThereIsUnreachable() throws Exception {
    int port = server.port();
    await(vertx.close());
    var alone = Vertx.vertx();
    try {
      var base = URI.create("http://127.0.0.1:" + port);
      var provider =
          new Provider("test", Provider.Protocol.OPENAI_CHAT, base, Secret.NONE, Map.of(), 1);
      var model = new HttpModel(alone, Map.of("test", provider), time);
      var failure = failure(model.ask(Asks.hello(), heard));
      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure.message()).contains("no connection to 127.0.0.1:" + port);
    } finally {
      await(alone.close());
    }
  }

  @Test
  void aServerThatCannotProveItsNameIsUnreachable() throws Exception {
    var certificate = SelfSignedCertificate.create("localhost");
    var secure =
        new FakeProvider(
            vertx,
            new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions()));
    var base = URI.create("https://localhost:" + secure.port());
    var provider =
        new Provider("test", Provider.Protocol.OPENAI_CHAT, base, Secret.NONE, Map.of(), 1);
    assertThat(failure(ask(model(provider), Asks.hello())).kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(secure.seen()).isEmpty();
    certificate.delete();
  }

  @Test
  void aStreamThatIsCutIsUnreachable() throws Exception {
    server.answers(response -> write(response, HI).onSuccess(sent -> response.reset()));
    var failure = failure(ask(openAi(), Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.message()).contains("broke before the reply was complete");
    assertThat(heard.told()).containsExactly("text: Hi");
  }

  @Test
  void aConnectionThatIsCutBeforeTheAnswerIsUnreachable() throws Exception {
    server.answers(HttpServerResponse::reset);
    assertThat(failure(ask(openAi(), Asks.hello())).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void aStreamThatEndsTooEarlyIsUnreachable() throws Exception {
    server.streams(Streams.events(HI));
    var failure = failure(ask(openAi(), Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(failure.message())
        .isEqualTo("provider 'test': the stream ended before its finish_reason");
  }

  @Test
  void anErrorInMidStreamEndsTheCall() throws Exception {
    server.answers(response -> write(response, HI, "{'error':{'message':'Oh','code':503}}"));
    var failure = failure(ask(openAi(), Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.OVERLOADED);
    assertThat(failure.message()).contains("Oh");
    droppedByUs();
  }

  @ParameterizedTest
  @CsvSource({"{{{", "{\"choices\":[}", "{\"a\":1} x", "[]", "hello", "{\"choices\":[{\"delta\":"})
  void garbageIsMalformed(String garbage) throws Exception {
    server.answers(response -> stream(response).write("data: " + garbage + "\n\n"));
    assertThat(failure(ask(openAi(), Asks.hello())).kind()).isEqualTo(Kind.MALFORMED);
    droppedByUs();
  }

  @Test
  void bytesThatAreNoUtf8AreMalformed() throws Exception {
    byte[] broken = "data: {\"model\":\"x\u00fc\"}\n\n".getBytes(StandardCharsets.ISO_8859_1);
    server.answers(response -> stream(response).write(Buffer.buffer(broken)));
    assertThat(failure(ask(openAi(), Asks.hello())).kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void anEventWithoutEndIsMalformed() throws Exception {
    server.answers(response -> stream(response).write("data: " + "x".repeat(5 << 20)));
    var failure = failure(ask(openAi(), Asks.hello()));
    assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(failure.message()).contains("larger than 4194304 bytes");
    droppedByUs();
  }

  @Test
  void anAnswerThatDoesNotBeginTimesOut() throws Exception {
    var requested = new CompletableFuture<Void>();
    server.answers(response -> requested.complete(null));
    var exchange = ask(openAi(), Asks.within(IN_MANUAL_TIME));
    requested.get(30, TimeUnit.SECONDS);
    advance(300_000);
    var failure = failure(exchange);
    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
    assertThat(failure.message()).contains("first-chunk");
    droppedByUs();
  }

  @Test
  void aStreamThatStallsTimesOut() throws Exception {
    var told = new CompletableFuture<Void>();
    heard.whenText(() -> told.complete(null));
    server.answers(response -> write(response, HI));
    var exchange = ask(openAi(), Asks.within(IN_MANUAL_TIME));
    told.get(30, TimeUnit.SECONDS);
    advance(120_000);
    var failure = failure(exchange);
    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
    assertThat(failure.message()).contains("between-chunks");
    droppedByUs();
  }

  @Test
  void whoFindsNoFreeConnectionTimesOutAndLeavesThePoolWhole() throws Exception {
    var model = model(server.provider(Provider.Protocol.OPENAI_CHAT, "", Map.of(), 1));
    var first = new CompletableFuture<HttpServerResponse>();
    server.answers(first::complete);
    var busy = ask(model, Asks.within(IN_MANUAL_TIME));
    var held = first.get(30, TimeUnit.SECONDS);
    var waiting = ask(model, Asks.within(IN_MANUAL_TIME));
    advance(60_000);
    var failure = failure(waiting);
    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
    assertThat(failure.message()).contains("connection was free").contains("timeout.connect");
    server.streams(ANSWER);
    stream(held).end(Buffer.buffer(ANSWER));
    assertThat(await(busy).finish()).isEqualTo(Finish.END);
    assertThat(await(ask(model, Asks.within(IN_MANUAL_TIME))).finish()).isEqualTo(Finish.END);
  }

  @Test
  void aReplyIsToldAtItsEndMarkAndAnOpenConnectionGivenUpLater() throws Exception {
    server.answers(response -> write(response, HI, STOP, "[DONE]"));
    assertThat(await(ask(openAi(), Asks.within(IN_MANUAL_TIME))).finish()).isEqualTo(Finish.END);
    assertThat(server.dropped()).isNotDone();
    advance(480_000);
    droppedByUs();
  }

  @Test
  void cancellingIsSeenByTheProviderAndNothingIsToldAfterIt() throws Exception {
    var told = new CompletableFuture<Void>();
    heard.whenText(() -> told.complete(null));
    server.answers(response -> write(response, HI));
    var exchange = ask(openAi(), Asks.hello());
    told.get(30, TimeUnit.SECONDS);
    onContext(
        () -> {
          exchange.cancel();
          exchange.cancel();
          return null;
        });
    assertThat(failure(exchange).message()).contains("cancelled");
    droppedByUs();
    assertThat(time.waiting()).isZero();
  }

  @Test
  void aCancelDuringADeltaSilencesTheRestOfTheChunk() throws Exception {
    var exchange = new CompletableFuture<Exchange>();
    heard.whenText(() -> exchange.join().cancel());
    String twoDeltas = "{'choices':[{'delta':{'content':'Hi','refusal':'No'}}]}";
    server.streams(Streams.events(twoDeltas, HI, STOP, "[DONE]"));
    exchange.complete(ask(openAi(), Asks.hello()));
    assertThat(failure(exchange.join()).message()).contains("cancelled");
    assertThat(heard.told()).containsExactly("text: Hi");
  }

  @Test
  void aCancelBeforeTheConnectionSendsNothing() throws Exception {
    var model = openAi();
    var exchange =
        onContext(
            () -> {
              var asked = model.ask(Asks.hello(), heard);
              asked.cancel();
              return asked;
            });
    assertThat(failure(exchange).message()).contains("cancelled");
    await(ask(model, Asks.hello()));
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void aSinkThatThrowsEndsTheCallWithItsBug() throws Exception {
    var bug = new IllegalStateException("a bug");
    heard.whenText(
        () -> {
          throw bug;
        });
    server.answers(response -> write(response, HI));
    var reply = ask(openAi(), Asks.hello()).reply();
    assertThatThrownBy(() -> await(reply)).hasCause(bug);
    droppedByUs();
  }

  @Test
  void closingEndsTheCallsUnderWay() throws Exception {
    var requested = new CompletableFuture<Void>();
    server.answers(response -> requested.complete(null));
    var model = openAi();
    var exchange = ask(model, Asks.hello());
    requested.get(30, TimeUnit.SECONDS);
    model.close();
    assertThat(failure(exchange).kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void keyThatIsReplacedIsSentFromThenOnOverTheSameConnection() throws Exception {
    var model = openAi();
    await(ask(model, Asks.hello()));
    model.use(Map.of("test", withKey("sk-secret-2")));
    await(ask(model, Asks.hello()));
    assertThat(server.seen())
        .extracting(seen -> seen.header("authorization"))
        .containsExactly("Bearer sk-secret-1", "Bearer sk-secret-2");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void callUnderWayOutlivesItsProvider() throws Exception {
    var asked = new CompletableFuture<HttpServerResponse>();
    server.answers(asked::complete);
    var model = openAi();
    var exchange = ask(model, Asks.hello());
    var response = asked.get(30, TimeUnit.SECONDS);
    model.use(Map.of());
    assertThat(failure(ask(model, Asks.hello())).message()).contains("no provider 'test'");
    stream(response).end(Buffer.buffer(ANSWER));
    assertThat(await(exchange).finish()).isEqualTo(Finish.END);
  }

  @Test
  void providersThatCanNotBeUsedChangeNothing() throws Exception {
    var model = openAi();
    var wrong = Map.of("other", server.openAi(""), "test", withKey("no\nheader"));
    assertThatThrownBy(() -> model.use(wrong)).isInstanceOf(IllegalArgumentException.class);
    await(ask(model, Asks.hello()));
    assertThat(server.seen().getFirst().header("authorization")).isEqualTo("Bearer sk-secret-1");
  }

  private Provider withKey(String key) {
    var known = server.openAi("/v1");
    return new Provider(
        known.name(),
        known.protocol(),
        known.baseUrl(),
        new Secret(key),
        known.headers(),
        known.connections());
  }

  private HttpModel openAi() {
    return model(server.openAi("/v1"));
  }

  private HttpModel model(Provider provider) {
    return new HttpModel(vertx, Map.of("test", provider), time);
  }

  private Exchange ask(Model model, Ask ask) throws Exception {
    return onContext(() -> model.ask(ask, heard));
  }

  private void advance(long ms) throws Exception {
    onContext(
        () -> {
          time.advance(ms);
          return null;
        });
  }

  /** Waits until the client has read the end of the answer and has no timer left. */
  private void drained() throws Exception {
    while (time.waiting() > 0) {
      onContext(() -> null);
    }
  }

  private void droppedByUs() throws Exception {
    server.dropped().get(30, TimeUnit.SECONDS);
  }

  private <T> T onContext(Callable<T> task) throws Exception {
    var result = new CompletableFuture<T>();
    context.runOnContext(
        now -> {
          try {
            result.complete(task.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result.get(30, TimeUnit.SECONDS);
  }

  private static Future<Void> write(HttpServerResponse response, String... data) {
    return stream(response).write(Buffer.buffer(Streams.events(data)));
  }

  private static Reply await(Exchange exchange) throws Exception {
    return await(exchange.reply());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static ModelFailure failure(Exchange exchange) throws Exception {
    try {
      throw new AssertionError("a failure was expected, was " + await(exchange));
    } catch (ExecutionException e) {
      return ((Model.Failed) e.getCause()).failure();
    }
  }
}
