package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions to people outlive the gateway that asked them. */
class ApprovalFaultIT {
  private final Site site = Site.open();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void approvalWaitsThroughAKillAndOneThatExpiredMeanwhileCountsAsDenied() throws Exception {
    var patient = site.begin("careful", Calls.one("write", "patient", 1));
    var brief = site.begin("careful", Calls.one("write", "brief", 1));
    assertThat(site.rest(patient).get("reason").asText()).isEqualTo("approval_pending");
    assertThat(site.rest(brief).get("reason").asText()).isEqualTo("approval_pending");
    site.gateway().kill();
    TimeUnit.MILLISECONDS.sleep(2_100);
    site.start();

    Site.until(
        "the brief one expires", () -> site.rest(brief).get("reason").asText().equals("completed"));
    assertThat(site.tools().uses("brief")).isEmpty();
    var history = site.client().get("/v1/sessions/" + Site.session(brief) + "/history").body();
    assertThat(history.toString()).contains("\"decision\":\"expired\"");

    var inbox = site.client().get("/v1/approvals?status=pending").body().get("items");
    assertThat(inbox).hasSize(1);
    var call = inbox.get(0).get("call").asText();
    var approvals = "/v1/sessions/" + Site.session(patient) + "/approvals/" + call;
    assertThat(site.client().post(approvals, "{\"decision\": \"approve\"}").status())
        .isEqualTo(200);
    assertThat(site.rest(patient).get("reason").asText()).isEqualTo("completed");
    assertThat(site.tools().uses("patient")).hasSize(1);
    assertThat(site.client().post(approvals, "{\"decision\": \"deny\"}").status()).isEqualTo(409);
  }
}
