package io.tidegate.tool;

import static io.tidegate.conversation.SideEffect.IDEMPOTENT;
import static io.tidegate.conversation.SideEffect.READ;
import static io.tidegate.conversation.SideEffect.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Json;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Secret;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Returned;
import io.tidegate.tool.ToolSettings.Target;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HttpToolIT extends HttpFixture {

  @Test
  void aCallSendsItsArgumentsAndSaysWhoseItIs() {
    int port = server(request -> json(request, "{ \"total\": 1.50 }"));
    Returned returned = call(tool(WRITE, port, 5_000), "{\"id\":9007199254740993}");
    assertThat(returned)
        .isEqualTo(new Returned(Outcome.SUCCEEDED, new Json("{\"total\":1.50}"), 1));
    Seen request = seen.remove();
    assertThat(request.body()).isEqualTo("{\"id\":9007199254740993}");
    assertThat(request.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("idempotency-key", "key-1")
        .containsEntry("tidegate-session", "s1")
        .containsEntry("tidegate-run", "r1")
        .containsEntry("tidegate-call", "r1-c1");
  }

  @Test
  void theTemplateFillsUrlQueryAndSecretHeaders() {
    int port = server(request -> json(request, "1"));
    var target =
        new Target.Http(
            "GET",
            "http://127.0.0.1:" + port + "/items/{id}",
            Map.of("q", "{q}"),
            Map.of("Authorization", new Secret("Bearer s3cret")),
            null,
            false);
    call(with(tool(READ, port, 5_000), http -> target), "{\"id\":\"../a\",\"q\":\"x y\"}");
    assertThat(seen.remove())
        .returns("GET", Seen::method)
        .returns("/items/..%2Fa?q=x%20y", Seen::uri)
        .returns("", Seen::body)
        .returns("Bearer s3cret", request -> request.headers().get("authorization"));
  }

  @Test
  void anArgumentThatCanNotBeSentFailsTheCallWithoutARequest() {
    var tool = tool(READ, closedPort(), 5_000);
    var target = Samples.post("http://127.0.0.1:1/{id}");
    assertThat(call(with(tool, http -> target), "{\"id\":\"..\"}"))
        .returns(Outcome.FAILED, Returned::outcome)
        .returns(0, Returned::tries);
  }

  @Test
  void anEmptyAnswerIsNull() {
    int port = server(request -> request.response().setStatusCode(204).end());
    assertThat(call(tool(WRITE, port, 5_000)).result()).isEqualTo(Json.NULL);
  }

  @Test
  void theToolsOwnErrorIsPassedOn() {
    int port =
        server(
            request -> {
              request.response().setStatusCode(422);
              json(request, "{\"code\":7}");
            });
    assertThat(call(tool(READ, port, 5_000)))
        .isEqualTo(
            new Returned(
                Outcome.FAILED,
                new Json(
                    "{\"error\":\"The tool answered 422.\",\"status\":422,\"body\":{\"code\":7}}"),
                1,
                FailureClass.TOOL_ERROR,
                false));
  }

  @Test
  void theTransformMakesWhatTheModelSees() {
    int port = server(request -> json(request, "{\"data\":{\"items\":[{\"n\":1},{\"n\":2}]}}"));
    var tool = tool(READ, port, 5_000);
    assertThat(call(transformed(tool, "{\"ns\": data.items.n, \"for\": $args.who}"), "{\"who\":1}"))
        .returns(new Json("{\"ns\":[1,2],\"for\":1}"), Returned::result);
    assertThat(call(transformed(tool, "$error('no items')")))
        .returns(Outcome.FAILED, Returned::outcome)
        .returns(
            new Json("{\"error\":\"The tool's result can't be transformed: no items.\"}"),
            Returned::result);
  }

  @Test
  void redirectsAreRefusedUnlessTheyAreAllowed() {
    int port =
        server(
            request -> {
              if (request.path().equals("/run")) {
                request.response().setStatusCode(307).putHeader("Location", "/new?x=1").end();
              } else {
                json(request, "\"moved\"");
              }
            });
    var tool = tool(READ, port, 5_000);
    assertThat(call(tool))
        .returns(Outcome.FAILED, Returned::outcome)
        .returns(1, Returned::tries)
        .extracting(returned -> returned.result().text())
        .asString()
        .contains("307, a redirect");
    assertThat(call(following(tool), "{\"a\":1}").result()).isEqualTo(new Json("\"moved\""));
    assertThat(seen).last().returns("/new?x=1", Seen::uri).returns("{\"a\":1}", Seen::body);
  }

  @Test
  void secretsDoNotFollowARedirectToAnotherOrigin() {
    int other = server(request -> json(request, "1"));
    String location = "http://127.0.0.1:" + other + "/";
    int port =
        server(
            request -> request.response().setStatusCode(308).putHeader("Location", location).end());
    assertThat(call(following(tool(READ, port, 5_000))).outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(seen.remove().headers()).containsKeys("x-key", "tidegate-run");
    assertThat(seen.remove().headers()).doesNotContainKeys("x-key", "tidegate-run");
  }

  @Test
  void redirectsInACircleEnd() {
    int port =
        server(request -> request.response().setStatusCode(302).putHeader("Location", "/").end());
    assertThat(call(following(tool(READ, port, 5_000))).result().text()).contains("sixth in a row");
    assertThat(seen).hasSize(6);
  }

  @Test
  void connectionsAreKeptForTheNextCall() {
    int port = server(request -> json(request, "1"));
    var tool = tool(READ, port, 5_000);
    tools.put("t", tool);
    var toolbox = toolbox();
    for (int i = 0; i < 5; i++) {
      await(start(toolbox, Samples.call(tool.contract(), "{}")).result());
    }
    assertThat(seen.stream().map(Seen::port).distinct()).hasSize(1);
  }

  @Test
  void twoHundredCallsRunAtOnce() {
    var waiting = new ArrayList<Runnable>();
    int port =
        server(
            request -> {
              waiting.add(() -> json(request, request.getHeader("Tidegate-Call").length() + ""));
              if (waiting.size() == 200) {
                waiting.forEach(Runnable::run);
              }
            });
    var tool = tool(READ, port, 15_000);
    tools.put("t", tool);
    var toolbox = toolbox();
    List<Future<Returned>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(start(toolbox, Samples.call(tool.contract(), "{}")).result());
    }
    await(Future.all(calls));
    assertThat(calls.stream().map(call -> call.result().outcome()).collect(Collectors.toSet()))
        .containsExactly(Outcome.SUCCEEDED);
  }

  @Test
  void theResultCompletesOnTheCallersContext() {
    int port = server(request -> json(request, "1"));
    var tool = tool(READ, port, 5_000);
    tools.put("t", tool);
    var toolbox = toolbox();
    var context = vertx().getOrCreateContext();
    Promise<Boolean> same = Promise.promise();
    context.runOnContext(
        now -> {
          Execution execution = toolbox.start(Samples.call(tool.contract(), "{}"));
          execution.result().onComplete(done -> same.complete(Vertx.currentContext() == context));
        });
    assertThat(await(same.future())).isTrue();
  }

  @Test
  void aReloadIsSeenByTheNextCallAndABrokenOneIsNot() {
    int port = server(request -> json(request, "1"));
    var tool = tool(IDEMPOTENT, port, 5_000);
    var current = new AtomicReference<Map<String, ToolSettings>>(Map.of("t", tool));
    var toolbox =
        new ConfiguredToolbox(
            vertx(), current::get, FREELY, new VertxTime(vertx()), new BackoffTest.HalfIds());
    var invocation = Samples.call(tool.contract(), "{}");
    current.set(Map.of("t", transformed(tool, "$ + 1")));
    assertThat(await(start(toolbox, invocation).result()).result()).isEqualTo(new Json("2"));
    current.set(Map.of("t", transformed(tool, "(")));
    assertThat(await(start(toolbox, invocation).result()).result()).isEqualTo(new Json("2"));
    assertThat(toolbox.concurrency("t")).isEqualTo(8);
    current.set(new HashMap<>());
    assertThat(await(start(toolbox, invocation).result()))
        .isEqualTo(
            new Returned(
                Outcome.FAILED,
                new Json("{\"error\":\"The tool 't' is no longer configured; do without it.\"}"),
                0,
                FailureClass.SKIPPED,
                false));
    assertThat(toolbox.concurrency("t")).isEqualTo(1);
  }

  @Test
  void allThatIsWrongIsSaidWhenTheToolboxOpens() {
    tools.put("a", transformed(tool(READ, 1, 5_000), "("));
    tools.put("b", with(tool(READ, 1, 5_000), http -> Samples.post("http://{host}/")));
    assertThatThrownBy(this::toolbox)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tool 'a': the transform is not valid JSONata")
        .hasMessageContaining("tool 'b': the URL's host must be fixed");
  }

  @Test
  void builtInToolsNeedNoConfiguration() {
    var contract = BuiltIns.contracts().get("arithmetic");
    var toolbox = toolbox();
    assertThat(await(start(toolbox, Samples.call(contract, "{\"expression\":\"1/8\"}")).result()))
        .isEqualTo(
            new Returned(Outcome.SUCCEEDED, new Json("{\"result\":\"0.125\",\"exact\":true}"), 1));
    assertThat(await(start(toolbox, Samples.call(contract, "{\"expression\":\"1/\"}")).result()))
        .returns(Outcome.FAILED, Returned::outcome);
  }

  private static ToolSettings following(ToolSettings tool) {
    return with(
        tool,
        http ->
            new Target.Http(
                http.method(), http.url(), Map.of(), Map.of("X-Key", new Secret("k")), null, true));
  }
}
