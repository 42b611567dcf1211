package io.tidegate.simulator.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.web.Jsons;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request as it reached the ledger.
 *
 * @param number its place, from 1
 * @param at milliseconds since 1970
 * @param key its Idempotency-Key, or null
 * @param body its body, whatever that is
 */
record LedgerRequest(long number, long at, @Nullable String key, String body) {

  /** The request as a line of the file. */
  String line() {
    return Jsons.text(shown()) + "\n";
  }

  Object shown() {
    return Jsons.object("number", number, "at", at, "key", key, "body", body);
  }

  static LedgerRequest of(String line) {
    JsonNode json = Jsons.parse(line.getBytes(StandardCharsets.UTF_8));
    if (!json.path("number").isIntegralNumber() || !json.path("body").isTextual()) {
      throw new IllegalArgumentException(
          "The ledger's file has a line that is no request: " + line + ". Move the file away.");
    }
    var key = json.path("key");
    return new LedgerRequest(
        json.path("number").longValue(),
        json.path("at").longValue(),
        key.isTextual() ? key.textValue() : null,
        json.path("body").textValue());
  }
}
