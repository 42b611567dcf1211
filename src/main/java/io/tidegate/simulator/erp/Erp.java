package io.tidegate.simulator.erp;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.web.Jsons;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ERP's records by their ids: invoices, purchase orders, goods receipts. Read once, never
 * changed.
 */
public final class Erp {
  private static final String FILE = "/simulator/invoices.json";

  private final Map<String, JsonNode> invoices;
  private final Map<String, JsonNode> orders;
  private final Map<String, JsonNode> receiptsByOrder;

  private Erp(JsonNode records) {
    invoices = index(records.path("invoices"), "id");
    orders = index(records.path("orders"), "id");
    receiptsByOrder = index(records.path("receipts"), "order");
  }

  /** The records that come with the simulator. */
  public static Erp load() {
    try (var in = Erp.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path.");
      }
      return new Erp(Jsons.parse(in.readAllBytes()));
    } catch (IOException e) {
      throw new IllegalStateException(FILE + " can't be read.", e);
    }
  }

  /** An invoice to be reconciled with the order that it names. */
  public record Open(String invoice, String order) {}

  /** All invoices, in their order. */
  public List<Open> open() {
    return invoices.values().stream()
        .map(invoice -> new Open(invoice.path("id").asText(), invoice.path("order").asText()))
        .toList();
  }

  @Nullable JsonNode invoice(String id) {
    return invoices.get(id);
  }

  @Nullable JsonNode order(String id) {
    return orders.get(id);
  }

  @Nullable JsonNode receipt(String order) {
    return receiptsByOrder.get(order);
  }

  private static Map<String, JsonNode> index(JsonNode records, String by) {
    var index = new LinkedHashMap<String, JsonNode>();
    records.forEach(one -> index.put(one.path(by).asText(), one));
    return index;
  }
}
