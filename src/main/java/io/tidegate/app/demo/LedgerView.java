package io.tidegate.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the ledger has.
 *
 * @param requests how many requests reached it, repeated ones included
 * @param postings how often each invoice is posted
 * @param exceptions how often each invoice is reported
 */
record LedgerView(long requests, Map<String, Integer> postings, Map<String, Integer> exceptions) {

  static LedgerView read(GatewayApi simulator) throws InterruptedException {
    var postings = new TreeMap<String, Integer>();
    var exceptions = new TreeMap<String, Integer>();
    JsonNode page;
    var after = "0";
    do {
      page = simulator.get("/ledger/entries?after=" + after);
      for (var item : page.path("items")) {
        var counts = item.path("kind").asText().equals("posting") ? postings : exceptions;
        counts.merge(item.path("entry").path("invoice").asText(), 1, Integer::sum);
      }
      after = page.path("next").asText();
    } while (page.has("next"));
    long requests = simulator.get("/ledger/summary").path("requests").asLong();
    return new LedgerView(requests, postings, exceptions);
  }
}
