package io.tidegate.http;

import static io.tidegate.http.FrontDoorIT.json;
import static io.tidegate.http.FrontDoorIT.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Usd;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.loop.Budget.Period;
import io.tidegate.run.BudgetBook.By;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What may be set and seen of budgets, by whom. */
class BudgetEndpointsIT {
  private final TestDoor door = new TestDoor("127.0.0.1", settings());

  private static KeySettings settings() {
    return new KeySettings(
        List.of(
            key("tg_boss", "acme", EnumSet.allOf(Scope.class)),
            key("tg_eve", "umbrella", EnumSet.allOf(Scope.class)),
            key("tg_reader", "acme", Set.of(Scope.READ)),
            key("tg_runner", "acme", Set.of(Scope.RUN))));
  }

  private static KeySettings.Key key(String key, String tenant, Set<Scope> scopes) {
    return new KeySettings.Key(KeySettings.hash(key), tenant, key, scopes);
  }

  @AfterEach
  void close() {
    door.close();
  }

  private HttpResponse<String> get(String key, String path) {
    return door.send(HttpRequest.newBuilder(door.uri(path)).header("X-API-Key", key));
  }

  private HttpResponse<String> put(String key, String budget, String body) {
    return door.send(
        HttpRequest.newBuilder(door.uri("/v1/budgets/" + budget))
            .header("X-API-Key", key)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  @Test
  void limitIsSetShownAndTellsWhoWaits() {
    var answer = put("tg_boss", "tenant/acme", "{\"limit_usd\": \"12.50\", \"period\": \"month\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).getString("limit_usd")).isEqualTo("12.50");
    assertThat(json(answer).getString("period")).isEqualTo("month");
    assertThat(json(answer).getString("used_usd")).isEqualTo("0.000000007");
    assertThat(door.book.set).hasSize(1);
    assertThat(door.book.set.getFirst().usd()).isEqualTo(Usd.parse("12.5"));
    assertThat(door.book.raised).containsExactly("acme tenant acme");
    var shown = json(get("tg_reader", "/v1/budgets?scope=tenant&id=acme")).getJsonArray("items");
    assertThat(shown).hasSize(Period.values().length);
  }

  @Test
  void usualPeriodIsTheDayOrTheWhole() {
    put("tg_boss", "agent/helper", "{\"limit_tokens\": 5}");
    put("tg_boss", "session/s1", "{\"limit_usd\": \"1\"}");
    assertThat(door.book.set)
        .extracting(standing -> standing.period())
        .containsExactly(Period.DAY, Period.TOTAL);
    problem(put("tg_boss", "session/s1", "{\"limit_usd\": \"1\", \"period\": \"day\"}"), 422);
    problem(put("tg_boss", "agent/helper", "{\"limit_usd\": \"1\", \"period\": \"total\"}"), 422);
  }

  @Test
  void onlyWhoMayDoEverythingSetsLimits() {
    for (var key : List.of("tg_reader", "tg_runner")) {
      problem(put(key, "tenant/acme", "{\"limit_usd\": \"1\"}"), 403);
    }
    problem(get("tg_runner", "/v1/budgets"), 403);
    problem(get("tg_runner", "/v1/usage"), 403);
    assertThat(get("tg_reader", "/v1/budgets").statusCode()).isEqualTo(200);
    assertThat(door.book.set).isEmpty();
  }

  @Test
  void budgetsOfOtherTenantsAreNotThere() {
    problem(put("tg_eve", "tenant/acme", "{\"limit_usd\": \"1\"}"), 404);
    problem(get("tg_eve", "/v1/budgets?scope=tenant&id=acme"), 404);
    put("tg_eve", "session/s1", "{\"limit_usd\": \"1\"}");
    assertThat(door.book.raised).containsExactly("umbrella session s1");
    get("tg_eve", "/v1/usage");
    assertThat(door.book.asked.getFirst().tenant()).isEqualTo("umbrella");
  }

  @Test
  void whatIsNoBudgetIsNotThere() {
    problem(put("tg_boss", "galaxy/acme", "{\"limit_usd\": \"1\"}"), 404);
    problem(put("tg_boss", "agent/nobody", "{\"limit_usd\": \"1\"}"), 404);
    problem(get("tg_boss", "/v1/budgets?scope=agent&id=nobody"), 404);
    assertThat(door.book.set).isEmpty();
  }

  @Test
  void limitThatMakesNoSenseIsRefused() {
    for (var body :
        List.of(
            "{\"limit_usd\": \"-1\"}",
            "{\"limit_usd\": \"much\"}",
            "{\"limit_usd\": \"9000001\"}",
            "{\"limit_tokens\": -1}",
            "{\"limit_tokens\": 1.5}",
            "{\"period\": \"week\"}",
            "{\"limit\": \"1\"}",
            "[]")) {
      assertThat(put("tg_boss", "tenant/acme", body).statusCode()).as(body).isIn(400, 422);
    }
    assertThat(door.book.set).isEmpty();
    problem(get("tg_boss", "/v1/budgets?scope=tenant"), 422);
    problem(get("tg_boss", "/v1/budgets?scope=galaxy&id=x"), 422);
  }

  @Test
  void usageIsToldByWhatIsAskedAndOfTheDaysThatAreAsked() {
    var answer = get("tg_reader", "/v1/usage?by=model&from=2026-01-02&to=2026-01-03&limit=7");
    assertThat(answer.statusCode()).isEqualTo(200);
    var asked = door.book.asked.getFirst();
    assertThat(asked.by()).isEqualTo(By.MODEL);
    assertThat(asked.from()).isEqualTo(LocalDate.of(2026, 1, 2));
    assertThat(asked.to()).isEqualTo(LocalDate.of(2026, 1, 3));
    assertThat(asked.limit()).isEqualTo(7);
    var used = json(answer).getJsonArray("items").getJsonObject(0);
    assertThat(used.getString("model")).isEqualTo("x");
    assertThat(used.getString("cost_usd")).isEqualTo("1.50");
    assertThat(used.getInteger("estimated_calls")).isEqualTo(1);
    problem(get("tg_reader", "/v1/usage?from=2026-01-03&to=2026-01-02"), 422);
    problem(get("tg_reader", "/v1/usage?from=2020-01-01&to=2026-01-02"), 422);
    problem(get("tg_reader", "/v1/usage?by=weather"), 422);
  }
}
