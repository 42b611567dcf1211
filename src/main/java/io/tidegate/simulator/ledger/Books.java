package io.tidegate.simulator.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.web.Jsons;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What follows from the ledger's requests, in their order: the same requests give the same books.
 */
final class Books {
  private static final String POSTING = "posting";

  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Answered> byKey = new HashMap<>();
  private final Map<String, Integer> postingsByInvoice = new TreeMap<>();
  private long requests;
  private long withoutKey;
  private long repeated;
  private long refused;

  /**
   * An entry of the ledger.
   *
   * @param kind {@code posting, exception} or {@code write}
   */
  record Entry(String id, String kind, long at, long request, JsonNode body) {
    Object shown() {
      return Jsons.object(
          "id", id, "kind", kind, "at", at, "request", request, "entry", Jsons.value(body));
    }
  }

  private record Answered(String body, LedgerAnswer answer) {}

  LedgerAnswer apply(LedgerRequest request) {
    requests++;
    if (request.key() == null) {
      withoutKey++;
      return post(request);
    }
    var before = byKey.get(request.key());
    if (before == null) {
      var answer = post(request);
      byKey.put(request.key(), new Answered(request.body(), answer));
      return answer;
    }
    if (!before.body().equals(request.body())) {
      return refuse("This Idempotency-Key came with another body before; use a new key.");
    }
    repeated++;
    return before.answer().again();
  }

  private LedgerAnswer post(LedgerRequest request) {
    var body = Jsons.parse(request.body().getBytes(StandardCharsets.UTF_8));
    if (!body.isObject()) {
      return refuse("An entry must be a JSON object.");
    }
    var kind = body.path("kind").asText(POSTING);
    var invoice = body.path("invoice").asText("");
    if (kind.equals(POSTING) && !(body.path("amount").isNumber() && !invoice.isEmpty())) {
      return refuse("A posting needs an invoice, and an amount that is a number.");
    }
    var entry =
        new Entry(
            "E-%06d".formatted(entries.size() + 1), kind, request.at(), request.number(), body);
    entries.add(entry);
    if (kind.equals(POSTING)) {
      postingsByInvoice.merge(invoice, 1, Integer::sum);
    }
    var answer = Jsons.object("entry", entry.id(), "kind", kind, "status", "recorded");
    return new LedgerAnswer(201, Jsons.text(answer), false);
  }

  private LedgerAnswer refuse(String sentence) {
    refused++;
    return new LedgerAnswer(422, Jsons.text(Jsons.object("error", sentence)), false);
  }

  long requests() {
    return requests;
  }

  /** So many entries from a place on. */
  Map<String, Object> page(int after, int limit) {
    int to = (int) Math.min(entries.size(), (long) after + limit);
    var items = entries.subList(Math.min(after, to), to).stream().map(Entry::shown).toList();
    return Jsons.object("items", items, "next", to < entries.size() ? to : null);
  }

  Map<String, Object> summary() {
    var twice = new TreeMap<String, Integer>(postingsByInvoice);
    twice.values().removeIf(count -> count < 2);
    return Jsons.object(
        "requests", requests,
        "keys", byKey.size(),
        "without_key", withoutKey,
        "repeated", repeated,
        "refused", refused,
        "entries", entries.size(),
        "by_kind", byKind(),
        "invoices_posted", postingsByInvoice.size(),
        "posted_twice", twice);
  }

  Map<String, Integer> postingsByInvoice() {
    return postingsByInvoice;
  }

  private Map<String, Integer> byKind() {
    var counts = new TreeMap<String, Integer>();
    entries.forEach(entry -> counts.merge(entry.kind(), 1, Integer::sum));
    return counts;
  }
}
