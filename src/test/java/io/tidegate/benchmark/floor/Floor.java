package io.tidegate.benchmark.floor;

import io.tidegate.app.ParentPipe;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What no gateway can do without: it takes a request, asks the model, calls the tools, asks the
 * model again and passes the text on. It keeps, checks and counts nothing, and knows no failure.
 */
public final class Floor extends AbstractVerticle {
  /** To Vert.x, servers with the same negative port share one free port. */
  private static final int SHARED_FREE_PORT = -1;

  private static final int CONNECTIONS = 100_000;

  private final URI simulator;
  private final AtomicInteger port;

  private Floor(URI simulator, AtomicInteger port) {
    this.simulator = simulator;
    this.port = port;
  }

  /** Serves until standard input ends; the argument is the simulator's address. */
  public static void main(String[] args) throws InterruptedException {
    var simulator = URI.create(args[0]);
    var vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    var port = new AtomicInteger();
    var loops = new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    vertx
        .deployVerticle(() -> new Floor(simulator, port), loops)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    System.out.println("The floor serves http://127.0.0.1:" + port.get());
    ParentPipe.exitWhenClosed();
    Thread.currentThread().join();
  }

  @Override
  public void start(Promise<Void> started) {
    var client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDefaultHost(simulator.getHost())
                .setDefaultPort(simulator.getPort()),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    vertx
        .createHttpServer()
        .requestHandler(request -> serve(request, client))
        .listen(SHARED_FREE_PORT, "127.0.0.1")
        .onSuccess(server -> port.set(server.actualPort()))
        .<Void>mapEmpty()
        .onComplete(started);
  }

  private static void serve(HttpServerRequest request, HttpClient client) {
    request
        .body()
        .onSuccess(
            body -> {
              var response = request.response();
              response.setChunked(true).putHeader("Content-Type", "text/event-stream");
              new FloorRun(client, response, new JsonObject(body).getString("input")).start();
            });
  }
}
