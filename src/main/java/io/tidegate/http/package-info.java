/**
 * The front door: routes, decoding, problem+json, health, OpenAPI, WebSocket. Imports the run ring,
 * {@code stream} and vertx-web.
 */
@NullMarked
package io.tidegate.http;

import org.jspecify.annotations.NullMarked;
