package io.tidegate.simulator.web;

import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Plain JSON answers. */
public final class Answers {
  private Answers() {}

  public static void json(RoutingContext ctx, int status, @Nullable Object value) {
    text(ctx, status, Jsons.text(value));
  }

  /** Answers with a text that is JSON already; a client that has gone is no problem. */
  public static void text(RoutingContext ctx, int status, String json) {
    var response = ctx.response();
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(status).putHeader("content-type", "application/json").end(json);
    }
  }

  public static void problem(RoutingContext ctx, int status, String sentence) {
    json(ctx, status, Jsons.object("error", sentence));
  }

  /** Answers for a handler that failed, or for a body that is too large. */
  public static void failure(RoutingContext ctx) {
    var cause = ctx.failure();
    int status = ctx.statusCode() > 0 ? ctx.statusCode() : 500;
    problem(ctx, status, cause == null ? "The request can't be taken." : String.valueOf(cause));
  }

  public static byte[] body(RoutingContext ctx) {
    var buffer = ctx.body().buffer();
    return buffer == null ? new byte[0] : buffer.getBytes();
  }

  /** A whole number from the query, within bounds, or the default. */
  public static int number(RoutingContext ctx, String name, int byDefault, int max) {
    var text = ctx.request().getParam(name);
    if (text == null || !text.matches("\\d{1,9}")) {
      return byDefault;
    }
    return Math.min(Integer.parseInt(text), max);
  }
}
