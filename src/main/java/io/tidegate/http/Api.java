package io.tidegate.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.tidegate.run.Hop;
import io.tidegate.run.Journal;
import io.tidegate.run.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads requests to their endpoints, and turns failures into problems. */
final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final Doorkeeper doorkeeper;
  private final BodyReader bodies;
  private final Parser parser;
  private final Patience patience;
  private final Requests requests;

  private Api(
      Doorkeeper doorkeeper,
      BodyReader bodies,
      Parser parser,
      Patience patience,
      Requests requests) {
    this.patience = patience;
    this.requests = requests;
    this.doorkeeper = doorkeeper;
    this.bodies = bodies;
    this.parser = parser;
  }

  static Router router(
      Vertx vertx,
      List<Endpoint> endpoints,
      Doorkeeper doorkeeper,
      BodyReader bodies,
      Patience patience,
      Requests requests) {
    var api = new Api(doorkeeper, bodies, new Parser(vertx), patience, requests);
    var router = Router.router(vertx);
    endpoints.forEach(endpoint -> api.serve(router, endpoint));
    api.methods(endpoints).forEach((path, methods) -> api.refuse(router, path, methods));
    router.route().handler(api::unknown);
    router.errorHandler(400, api::unreadable);
    router.errorHandler(500, api::broken);
    return router;
  }

  private void serve(Router router, Endpoint endpoint) {
    router
        .route(endpoint.method(), endpoint.pattern())
        .handler(context -> dispatch(context, endpoint));
    if (endpoint.method().equals(HttpMethod.GET)) {
      router
          .route(HttpMethod.HEAD, endpoint.pattern())
          .handler(context -> dispatch(context, endpoint));
    }
  }

  private void dispatch(RoutingContext context, Endpoint endpoint) {
    new Served(requests, endpoint, context.response()).listen();
    Hop.back(context.vertx().getOrCreateContext(), answer(context, endpoint))
        .recover(failure -> Future.succeededFuture(patience.answer(problem(failure))))
        .onSuccess(answer -> answer.writeTo(context.request()));
  }

  private Future<Answer> answer(RoutingContext context, Endpoint endpoint) {
    try {
      var caller = doorkeeper.admit(context.request(), endpoint.access());
      if (endpoint.streams() && context.request().method().equals(HttpMethod.HEAD)) {
        return Future.succeededFuture(headOfStream(context));
      }
      Query.onlyKnown(context.queryParams(), endpoint.query());
      return endpoint.action().answer(new Request(context, caller, bodies, parser));
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static Answer headOfStream(RoutingContext context) {
    context.response().putHeader("Content-Type", "text/event-stream; charset=utf-8").end();
    return Answer.streamed();
  }

  /** What a client is told about a failure; what it is not told is logged. */
  static Problem problem(Throwable failure) {
    return switch (failure) {
      case Problem problem -> problem;
      case Rejection rejection -> Problem.of(rejection);
      case Records.JournalFailed journal -> away(journal.getMessage(), journal.getCause());
      case Journal.Unavailable away -> away(away.getMessage(), away.getCause());
      default -> {
        LOG.error("A request failed", failure);
        yield Problem.internal();
      }
    };
  }

  private static Problem away(@Nullable String message, @Nullable Throwable cause) {
    LOG.warn("A request failed: {}", message, cause);
    return Problem.unavailable("The journal does not answer; try again.");
  }

  private void write(RoutingContext context, Problem problem) {
    patience.answer(problem).writeTo(context.request());
  }

  // What no endpoint serves.

  private Map<String, Set<HttpMethod>> methods(List<Endpoint> endpoints) {
    var methods = new LinkedHashMap<String, Set<HttpMethod>>();
    for (var endpoint : endpoints) {
      var known = methods.computeIfAbsent(endpoint.pattern(), path -> new LinkedHashSet<>());
      known.add(endpoint.method());
      known.add(HttpMethod.OPTIONS);
      if (endpoint.method().equals(HttpMethod.GET)) {
        known.add(HttpMethod.HEAD);
      }
    }
    return methods;
  }

  private void refuse(Router router, String path, Set<HttpMethod> methods) {
    var allow = methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    router
        .route(HttpMethod.OPTIONS, path)
        .handler(context -> context.response().setStatusCode(204).putHeader("Allow", allow).end());
    router
        .route(path)
        .handler(
            context ->
                write(context, Problem.methodNotAllowed(context.request().method(), methods)));
  }

  private void unknown(RoutingContext context) {
    write(context, Problem.notFound("There is nothing here; /openapi.yaml says what there is."));
  }

  private void unreadable(RoutingContext context) {
    write(context, Problem.malformed("The path or the query is not a valid URL."));
  }

  private void broken(RoutingContext context) {
    var failure = context.failure();
    write(context, failure == null ? Problem.internal() : problem(failure));
  }

  /** Answers what the HTTP decoder could not read. */
  static void undecodable(HttpServerRequest request) {
    var cause = request.decoderResult().cause();
    Answer.of(
            switch (cause) {
              case TooLongHttpLineException _ -> Problem.uriTooLong();
              case TooLongHttpHeaderException _ -> Problem.headersTooLarge();
              case null, default -> Problem.malformed("This is no HTTP that the gateway reads.");
            })
        .writeTo(request);
    request.connection().close();
  }
}
