package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BodyTest {

  private static <T> T read(String json, Function<Body, T> reader) {
    var body = Body.parse(Buffer.buffer(json));
    var value = reader.apply(body);
    body.done();
    return value;
  }

  private static Problem problem(String json, Function<Body, ?> reader) {
    return catchThrowableOfType(Problem.class, () -> read(json, reader));
  }

  @Test
  void runWithEveryFieldIsRead() {
    var run =
        read(
            """
            {"agent":"helper","input":"hi","session":"s1","stream":true,"background":false,
             "priority":5,"metadata":{"a":[1,2.50]},"on_busy":"enqueue","on_disconnect":"cancel",
             "limits":{"steps":3,"tool_calls":4,"parallel":2,"cost_usd":"0.50","tokens":1000,
                       "deadline":"10m","repeats":4}}
            """,
            RunRequest::read);
    assertThat(run.agent()).isEqualTo("helper");
    assertThat(run.metadata()).isEqualTo(new Json("{\"a\":[1,2.50]}"));
    assertThat(run.onDisconnect()).isEqualTo(OnDisconnect.CANCEL);
    assertThat(run.limits().cost()).isEqualTo(Usd.parse("0.5"));
    assertThat(run.limits().deadlineMs()).isEqualTo(600_000);
    assertThat(run.limits().toolCalls()).isEqualTo(4);
  }

  @Test
  void limitsMayBeWrittenAsInTheConfiguration() {
    var run =
        read(
            """
            {"agent":"a","input":"hi","limits":{"tool-calls":4,"cost-usd":0.25,"deadline":1500}}
            """,
            RunRequest::read);
    assertThat(run.limits().toolCalls()).isEqualTo(4);
    assertThat(run.limits().cost()).isEqualTo(Usd.parse("0.25"));
    assertThat(run.limits().deadlineMs()).isEqualTo(1500);
  }

  @Test
  void inputThatIsNoTextIsGivenAsJson() {
    var run = read("{\"agent\":\"a\",\"input\":{\"id\":1.10,\"x\":[]}}", RunRequest::read);
    assertThat(run.input()).isEqualTo("{\"id\":1.10,\"x\":[]}");
  }

  @Test
  void everythingWrongIsNamedAtOnce() {
    var problem =
        problem(
            """
            {"input":7,"agent":[],"strem":true,"limits":{"steps":"3","stepz":1,"parallel":0}}
            """,
            RunRequest::read);
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.getMessage())
        .contains("agent: must be a string, was an array")
        .contains("strem: is not a known field; known are session, agent, input")
        .contains("limits.steps: must be a whole number below 2147483648, was a string")
        .contains("limits.stepz: is not a known field")
        .contains("limits.parallel: must be at least 1");
    assertThat(problem.json().get("errors")).hasSize(5);
  }

  @Test
  void whatIsUnderstoodButCantBeIsInvalid() {
    var problem =
        problem(
            """
            {"agent":"a","input":"x","stream":true,"background":true,"on_busy":"later",
             "limits":{"deadline":"soon","cost_usd":"-1"}}
            """,
            RunRequest::read);
    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.getMessage())
        .contains("background: can't be true with stream")
        .contains("on_busy: must be one of reject, enqueue, interrupt")
        .contains("limits.deadline: must be a whole number and ms, s, m, h or d")
        .contains("limits.cost_usd: must be above 0");
  }

  @Test
  void missingFieldsAreNamed() {
    assertThat(problem("{}", RunRequest::read).getMessage())
        .contains("agent: is missing")
        .contains("input: is missing");
    assertThat(problem("{\"decision\":null}", Decision::read).status()).isEqualTo(400);
  }

  @Test
  void malformedJsonSaysWhere() {
    assertThat(problem("{\"agent\":\"a\",\n  oops}", RunRequest::read).getMessage())
        .contains("line 2, column 3");
    assertThat(problem("{\"a\":1,\"a\":2}", RunRequest::read).getMessage()).contains("Duplicate");
    assertThat(problem("{} {}", RunRequest::read).status()).isEqualTo(400);
    assertThat(problem("[1]", RunRequest::read).getMessage()).contains("must be a JSON object");
    assertThat(problem("null", RunRequest::read).status()).isEqualTo(400);
    assertThat(problem("{\"x\":NaN}", RunRequest::read).status()).isEqualTo(400);
  }

  @Test
  void depthIsBounded() {
    var deep = "{\"agent\":\"a\",\"input\":" + "[".repeat(101) + "]".repeat(101) + "}";
    assertThat(problem(deep, RunRequest::read).status()).isEqualTo(400);
  }

  @Test
  void textThatIsNoUnicodeIsRefused() {
    byte[] latin1 = {'{', '"', 'a', '"', ':', '"', (byte) 0xe9, '"', '}'};
    var problem = catchThrowableOfType(Problem.class, () -> Body.parse(Buffer.buffer(latin1)));
    assertThat(problem.getMessage()).contains("UTF-8");
    assertThat(problem("{\"agent\":\"a\",\"input\":\"\\ud800\"}", RunRequest::read).getMessage())
        .contains("input: holds half a surrogate pair");
  }

  @Test
  void hugeExponentsDoNotGrow() {
    var run = read("{\"agent\":\"a\",\"input\":{\"x\":1e999999999}}", RunRequest::read);
    assertThat(run.input().length()).isLessThan(40);
    assertThat(
            problem(
                    "{\"agent\":\"a\",\"input\":\"x\",\"limits\":{\"cost_usd\":1e999999}}",
                    RunRequest::read)
                .status())
        .isEqualTo(422);
  }

  @Test
  void denialCantEditArguments() {
    assertThat(problem("{\"decision\":\"deny\",\"args\":{}}", Decision::read).status())
        .isEqualTo(422);
    assertThat(read("{\"decision\":\"approve\",\"args\":{\"a\":1}}", Decision::read).args())
        .isEqualTo(new Json("{\"a\":1}"));
  }
}
