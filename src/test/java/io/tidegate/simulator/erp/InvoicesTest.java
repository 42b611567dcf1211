package io.tidegate.simulator.erp;

import static io.tidegate.simulator.erp.InvoiceFile.Case.AMOUNT_NEGATIVE;
import static io.tidegate.simulator.erp.InvoiceFile.Case.AMOUNT_NO_NUMBER;
import static io.tidegate.simulator.erp.InvoiceFile.Case.CLEAN;
import static io.tidegate.simulator.erp.InvoiceFile.Case.DATE_ABSENT;
import static io.tidegate.simulator.erp.InvoiceFile.Case.DUPLICATE;
import static io.tidegate.simulator.erp.InvoiceFile.Case.LARGE_VARIANCE;
import static io.tidegate.simulator.erp.InvoiceFile.Case.MISSING_ORDER;
import static io.tidegate.simulator.erp.InvoiceFile.Case.MISSING_RECEIPT;
import static io.tidegate.simulator.erp.InvoiceFile.Case.OTHER_CURRENCY;
import static io.tidegate.simulator.erp.InvoiceFile.Case.SMALL_VARIANCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.web.Jsons;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvoicesTest {
  private static final JsonNode RECORDS =
      Jsons.parse(InvoiceFile.text().getBytes(StandardCharsets.UTF_8));
  private static final BigDecimal LARGE = new BigDecimal("1000");

  private final Map<String, JsonNode> orders = index("orders", "id");
  private final Map<String, JsonNode> receipts = index("receipts", "order");

  @Test
  void theFileIsWhatTheGeneratorMakes() throws Exception {
    assertThat(Files.readString(InvoiceFile.PATH)).isEqualTo(InvoiceFile.text());
    assertThat(Files.size(InvoiceFile.PATH)).isLessThan(1_000_000);
  }

  @Test
  void fiveHundredInvoicesWithIdsOfTheirOwn() {
    var ids = new HashSet<String>();
    RECORDS.path("invoices").forEach(invoice -> ids.add(invoice.path("id").asText()));
    assertThat(RECORDS.path("invoices")).hasSize(500);
    assertThat(ids).hasSize(500);
    assertThat(RECORDS.path("vendors")).hasSize(40);
  }

  @Test
  void theRecordsShowEachCaseAsOftenAsIntended() {
    var counts = new EnumMap<InvoiceFile.Case, Integer>(InvoiceFile.Case.class);
    RECORDS.path("invoices").forEach(invoice -> counts.merge(judge(invoice), 1, Integer::sum));
    assertThat(counts).isEqualTo(InvoiceFile.COUNTS);
  }

  private InvoiceFile.Case judge(JsonNode invoice) {
    var order = orders.get(invoice.path("order").asText());
    var receipt = receipts.get(invoice.path("order").asText());
    if (invoice.has("same_number")) {
      return DUPLICATE;
    } else if (!invoice.path("amount").isNumber()) {
      return AMOUNT_NO_NUMBER;
    } else if (invoice.path("amount").decimalValue().signum() < 0) {
      return AMOUNT_NEGATIVE;
    } else if (!invoice.has("date")) {
      return DATE_ABSENT;
    } else if (order == null) {
      return MISSING_ORDER;
    } else if (receipt == null) {
      return MISSING_RECEIPT;
    } else if (!order.path("currency").equals(invoice.path("currency"))) {
      return OTHER_CURRENCY;
    }
    var variance = decimal(invoice.path("amount")).subtract(due(order, receipt)).abs();
    return variance.signum() == 0
        ? CLEAN
        : variance.compareTo(LARGE) > 0 ? LARGE_VARIANCE : SMALL_VARIANCE;
  }

  private static BigDecimal due(JsonNode order, JsonNode receipt) {
    var due = BigDecimal.ZERO;
    for (int i = 0; i < order.path("lines").size(); i++) {
      var price = decimal(order.path("lines").get(i).path("price"));
      due = due.add(price.multiply(decimal(receipt.path("lines").get(i).path("quantity"))));
    }
    return due;
  }

  private static BigDecimal decimal(JsonNode number) {
    return number.decimalValue().setScale(2, RoundingMode.HALF_UP);
  }

  private static Map<String, JsonNode> index(String records, String by) {
    var index = new HashMap<String, JsonNode>();
    RECORDS.path(records).forEach(record -> index.put(record.path(by).asText(), record));
    return index;
  }
}
