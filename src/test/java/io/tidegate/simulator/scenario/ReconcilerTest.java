package io.tidegate.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.scenario.Conversation.Said;
import io.tidegate.simulator.web.Jsons;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private static final String INVOICE =
      """
      {"id": "INV-0001", "number": "7-1", "date": "2026-01-02", "currency": "EUR", "amount": 130}\
      """;
  private static final String ORDER =
      """
      {"id": "PO-1", "currency": "EUR", "account": "4000-materials",
       "lines": [{"line": 1, "price": 10.5, "quantity": 10}, {"line": 2, "price": 5, "quantity": 5}]}\
      """;
  private static final String RECEIPT =
      """
      {"id": "GR-1", "lines": [{"line": 1, "quantity": 10}, {"line": 2, "quantity": 5}]}\
      """;
  private static final String NOT_FOUND = "{\"found\": false, \"detail\": \"There is none.\"}";

  private final Scenario reconciler = Scenarios.load(null, new Pace(0, 0, 3, 0)).of("reconciler");
  private final List<Said> said =
      new ArrayList<>(
          List.of(new Said.User("Reconcile invoice INV-0001 with purchase order PO-1.")));

  @Test
  void looksAllThreeUpInOneWave() {
    assertThat(replies().calls())
        .containsExactly(
            new Answer.Call("lookup-invoice", "{\"id\":\"INV-0001\"}"),
            new Answer.Call("lookup-order", "{\"id\":\"PO-1\"}"),
            new Answer.Call("lookup-receipt", "{\"order\":\"PO-1\"}"));
  }

  @Test
  void postsAnInvoiceThatAgreesWithoutVariance() {
    var call = afterLookups(INVOICE, ORDER, RECEIPT).calls().getFirst();
    assertThat(call.tool()).isEqualTo("post-entry");
    assertThat(json(call.args()))
        .isEqualTo(
            json(
                """
                {"invoice": "INV-0001", "amount": 130, "currency": "EUR",
                 "account": "4000-materials", "variance": 0}\
                """));
  }

  @Test
  void countsOnlyWhatWasReceived() {
    var receipt = RECEIPT.replace("\"quantity\": 10", "\"quantity\": 4");
    var call = afterLookups(INVOICE, ORDER, receipt).calls().getFirst();
    assertThat(json(call.args()).path("variance").doubleValue()).isEqualTo(63);
  }

  @Test
  void concludesWhatWasPosted() {
    afterLookups(INVOICE.replace("130", "1330.25"), ORDER, RECEIPT);
    var end = afterResults(call -> "{\"entry\": \"E-000001\"}");
    assertThat(json(end.say()))
        .isEqualTo(
            json(
                """
                {"invoice": "INV-0001", "outcome": "posted", "variance": 1200.25}\
                """));
    assertThat(end.calls()).isEmpty();
  }

  @Test
  void concludesThatAPostingWasDenied() {
    afterLookups(INVOICE, ORDER, RECEIPT);
    var end = afterResults(call -> "{\"error\": \"A person denied this call.\"}");
    assertThat(json(end.say()).path("outcome").asText()).isEqualTo("denied");
  }

  @Test
  void concludesThatAPostingFailed() {
    afterLookups(INVOICE, ORDER, RECEIPT);
    var end = afterResults(call -> "{\"error\": \"The ledger does not answer.\"}");
    assertThat(json(end.say()).path("outcome").asText()).isEqualTo("failed");
  }

  @Test
  void reportsADuplicateAndConcludesWithTheReason() {
    var twice = INVOICE.replace("\"amount\"", "\"same_number\": [\"INV-0000\"], \"amount\"");
    assertReported(afterLookups(twice, ORDER, RECEIPT), "duplicate");
    var end = json(afterResults(call -> "{\"entry\": \"E-000001\"}").say());
    assertThat(end.path("outcome").asText()).isEqualTo("exception");
    assertThat(end.path("reason").asText()).startsWith("duplicate").contains("INV-0000");
  }

  @Test
  void reportsWhatIsMissing() {
    assertReported(afterLookups(INVOICE, NOT_FOUND, NOT_FOUND), "missing: there is no order PO-1");
  }

  @Test
  void reportsGoodsThatNeverCame() {
    assertReported(afterLookups(INVOICE, ORDER, NOT_FOUND), "missing: no goods");
  }

  @Test
  void reportsAnAmountThatIsNoNumber() {
    assertReported(afterLookups(INVOICE.replace("130", "\"n/a\""), ORDER, RECEIPT), "malformed");
  }

  @Test
  void reportsANegativeAmount() {
    assertReported(afterLookups(INVOICE.replace("130", "-130"), ORDER, RECEIPT), "malformed");
  }

  @Test
  void reportsAnAbsentDate() {
    assertReported(
        afterLookups(INVOICE.replace("\"date\"", "\"day\""), ORDER, RECEIPT), "malformed");
  }

  @Test
  void reportsAnotherCurrency() {
    assertReported(afterLookups(INVOICE.replace("EUR", "USD"), ORDER, RECEIPT), "mismatch");
  }

  @Test
  void triesAFailedLookupAgain() {
    replies();
    var again =
        afterResults(call -> call.equals("lookup-order") ? "{\"error\": \"It failed.\"}" : INVOICE);
    assertThat(again.calls()).containsExactly(new Answer.Call("lookup-order", "{\"id\":\"PO-1\"}"));
  }

  private static void assertReported(Answer answer, String reason) {
    var call = answer.calls().getFirst();
    assertThat(call.tool()).isEqualTo("report-exception");
    assertThat(json(call.args()).path("reason").asText()).startsWith(reason);
  }

  private Answer afterLookups(String invoice, String order, String receipt) {
    replies();
    var results =
        Map.of("lookup-invoice", invoice, "lookup-order", order, "lookup-receipt", receipt);
    return afterResults(results::get);
  }

  /** What the model says when its last calls were answered. */
  private Answer afterResults(UnaryOperator<String> resultOf) {
    var last = (Said.Assistant) said.getLast();
    last.calls()
        .forEach(call -> said.add(new Said.Result(call.id(), resultOf.apply(call.tool()), false)));
    return replies();
  }

  private Answer replies() {
    var answer = reconciler.answer(new Conversation("reconciler", "", said, List.of()));
    var calls = new ArrayList<Said.Asked>();
    for (var call : answer.calls()) {
      calls.add(new Said.Asked(said.size() + "-" + calls.size(), call.tool(), call.args()));
    }
    said.add(new Said.Assistant(answer.say(), calls));
    return answer;
  }

  private static JsonNode json(String text) {
    return Jsons.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
