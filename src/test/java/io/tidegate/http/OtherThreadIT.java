package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A journal that answers on a thread of its own, though answers go out on the client's alone. */
class OtherThreadIT {
  private static final SessionId S1 = new SessionId("default", "s1");

  /** By then whoever asked waits for the answer; one that is there already is heard at once. */
  private static final long LATER_MS = 10;

  private final Vertx other = Vertx.vertx();
  private final TestDoor door = new TestDoor(this::answering);

  private Journal answering(Journal journal) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (_, method, arguments) -> {
              try {
                var answer = method.invoke(journal, arguments);
                return answer instanceof Future<?> future ? later(future) : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private <T> Future<T> later(Future<T> future) {
    var promise = Promise.<T>promise();
    future.onComplete(
        result -> other.runOnContext(_ -> other.setTimer(LATER_MS, _ -> promise.handle(result))));
    return promise.future();
  }

  @BeforeEach
  void begin() {
    var body = "{\"agent\":\"helper\",\"input\":\"hi\",\"background\":true}";
    assertThat(door.post("/v1/runs", body).statusCode()).isEqualTo(202);
  }

  @AfterEach
  void close() {
    door.close();
    TestDoor.await(other.close());
  }

  @Test
  void wholeAnswers() {
    assertThat(door.get("/v1/sessions/s1/history").body()).contains("run.started");
    assertThat(door.get("/v1/sessions/nobody/history").statusCode()).isEqualTo(404);
  }

  @Test
  void eventsOfASession() throws IOException {
    try (var client = new RawClient(door.door.port())) {
      client.head("GET /v1/sessions/s1/events HTTP/1.1");
      client.readUntil("event: run.started");
      door.sessions.record(S1, "r1", new Event.ModelAsked(1, 1, 0, "sim-1"));
      client.readUntil("event: model.started");
    }
  }

  @Test
  void runInASessionThatIsLookedForFirst() throws IOException {
    door.sessions.stop(S1, "r1");
    try (var client = new RawClient(door.door.port())) {
      client.post(
          "/v1/sessions/s1/runs", "{\"agent\":\"helper\",\"input\":\"go on\",\"stream\":true}");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void export() {
    assertThat(door.get("/v1/sessions/s1/export").statusCode()).isEqualTo(200);
  }
}
