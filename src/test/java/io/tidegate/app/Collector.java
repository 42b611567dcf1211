package io.tidegate.app;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Takes spans as a collector does. What else it is asked it passes on to the simulator, and notes
 * which trace it was told of.
 */
final class Collector implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final List<Seen> spans = new CopyOnWriteArrayList<>();
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile String behind = "";

  /** A span, its ids in hexadecimal digits; the parent is empty if there is none. */
  record Seen(Span span, Map<String, String> resource) {
    String name() {
      return span.getName();
    }

    String id() {
      return HexFormat.of().formatHex(span.getSpanId().toByteArray());
    }

    String trace() {
      return HexFormat.of().formatHex(span.getTraceId().toByteArray());
    }

    String parent() {
      return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
    }

    /** An attribute as a text, or empty. */
    String get(String key) {
      return attributes(span.getAttributesList()).getOrDefault(key, "");
    }
  }

  /** What a model or a tool was told, by its path. */
  record Told(String path, String traceparent, String tracestate) {}

  private Collector() {
    server = vertx.createHttpServer().requestHandler(this::handle);
    Harness.await(server.listen(0, "127.0.0.1"));
  }

  static Collector start() {
    return new Collector();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** Where the models and the tools are. */
  void passTo(String url) {
    behind = url;
  }

  List<Seen> spans() {
    return List.copyOf(spans);
  }

  List<Seen> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  /** Waits until the trace has its last span, which is that of the run. */
  List<Seen> whole(String trace) {
    Site.until(
        "the run's span is there",
        () -> of(trace).stream().anyMatch(span -> span.name().startsWith("invoke_agent")));
    return of(trace);
  }

  List<Told> told() {
    return List.copyOf(told);
  }

  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              if (request.path().equals("/v1/traces")) {
                take(request, body);
              } else {
                pass(request, body);
              }
            });
  }

  private void take(HttpServerRequest request, Buffer body) {
    try {
      authorizations.add(String.valueOf(request.getHeader("Authorization")));
      for (var one : ExportTraceServiceRequest.parseFrom(body.getBytes()).getResourceSpansList()) {
        var resource = attributes(one.getResource().getAttributesList());
        one.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(span -> spans.add(new Seen(span, resource)));
      }
      request.response().putHeader("Content-Type", "application/x-protobuf").end();
    } catch (InvalidProtocolBufferException e) {
      request.response().setStatusCode(400).end(e.getMessage());
    }
  }

  private static Map<String, String> attributes(
      List<io.opentelemetry.proto.common.v1.KeyValue> list) {
    return list.stream()
        .collect(Collectors.toMap(pair -> pair.getKey(), pair -> text(pair.getValue())));
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      default -> value.toString();
    };
  }

  private void pass(HttpServerRequest request, Buffer body) {
    told.add(
        new Told(
            request.path(),
            String.valueOf(request.getHeader("traceparent")),
            String.valueOf(request.getHeader("tracestate"))));
    var options = new RequestOptions().setMethod(request.method());
    vertx
        .createHttpClient()
        .request(options.setAbsoluteURI(behind + request.uri()))
        .compose(
            on -> {
              on.putHeader("Content-Type", "application/json");
              return on.send(body);
            })
        .compose(answer -> answer.body().onSuccess(all -> answer(request, answer, all)))
        .onFailure(_ -> request.response().setStatusCode(502).end());
  }

  private static void answer(HttpServerRequest request, HttpClientResponse answer, Buffer body) {
    if (!request.response().closed()) {
      var type = answer.getHeader("Content-Type");
      request
          .response()
          .setStatusCode(answer.statusCode())
          .putHeader("Content-Type", type == null ? "application/json" : type)
          .end(body);
    }
  }

  @Override
  public void close() {
    Harness.await(vertx.close());
  }
}
