package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.Usd;
import io.tidegate.guard.BreakerSettings;
import io.tidegate.guard.GuardSettings;
import io.tidegate.hook.HookSettings;
import io.tidegate.http.HttpSettings;
import io.tidegate.http.KeySettings;
import io.tidegate.http.KeySettings.Key;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.loop.Event;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Rule;
import io.tidegate.loop.Pin.Timeout;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.run.BudgetSettings.Cap;
import io.tidegate.run.BudgetSettings.Caps;
import io.tidegate.run.GatewayLimits;
import io.tidegate.run.Quotas;
import io.tidegate.run.Retention.Ages;
import io.tidegate.run.Secret;
import io.tidegate.tool.ToolSettings.Target;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigTest {
  private static final Path FULL = Path.of("src/test/resources/config/full");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOOK_SECRET", "hook-hush", "CLAUDE_KEY", "key-hush", "ERP_KEY", "erp-hush");

  private final Settings full = Config.load(FULL, ENVIRONMENT, TestParts.PARTS);

  @Test
  void theGatewaysSettingsAreRead() {
    assertThat(full.http())
        .isEqualTo(
            new HttpSettings("127.0.0.1", 8080, 9090, 10 << 20, 50 << 20, full.http().keys()));
    assertThat(full.limits()).isEqualTo(GatewayLimits.DEFAULT);
    assertThat(full.redis().url()).isEqualTo(new Secret("redis://:hush@cache:6379"));
    assertThat(full.redis().data()).isEqualTo(Path.of("/var/lib/tidegate"));
    assertThat(full.redis().connections()).isEqualTo(4);
  }

  @Test
  void keysAndTenantsAreRead() {
    var hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assertThat(full.http().keys())
        .isEqualTo(
            new KeySettings(
                List.of(
                    new Key(hash, "acme", "ci", EnumSet.allOf(Scope.class)),
                    new Key(
                        "sha256:" + "0".repeat(64),
                        "default",
                        "Jo <jo@acme.com>",
                        Set.of(Scope.READ)))));
    assertThat(full.namedTenants()).containsExactly("acme", "default");
    assertThat(full.tenants().concurrentRuns()).isEqualTo(Map.of("acme", 200));
    assertThat(full.budgets().tenant("acme"))
        .isEqualTo(
            new Caps(
                Cap.NONE,
                new Cap(Usd.parse("50"), 5_000_000L),
                new Cap(Usd.parse("900"), 90_000_000L)));
    assertThat(full.budgets().agent("reconciler").session())
        .isEqualTo(new Cap(Usd.parse("1"), 500_000L));
    assertThat(full.budgets().warnAt()).containsExactly(50, 80);
    assertThat(full.budgets().usageKeptMs()).isEqualTo(90L * 86_400_000);
  }

  @Test
  void theEnvironmentGoesBeforeTheFile() {
    var environment = new HashMap<>(ENVIRONMENT);
    environment.put("TIDEGATE_HTTP_PORT", "18080");
    environment.put("TIDEGATE_MANAGEMENT_PORT", "0");
    environment.put("REDIS_URL", "rediss://other");
    environment.put("TIDEGATE_DATA", "/elsewhere");

    var settings = Config.load(FULL, environment, TestParts.PARTS);

    assertThat(settings.http())
        .isEqualTo(new HttpSettings("127.0.0.1", 18080, 0, 10 << 20, 50 << 20, full.http().keys()));
    assertThat(settings.redis().url()).isEqualTo(new Secret("rediss://other"));
    assertThat(settings.redis().data()).isEqualTo(Path.of("/elsewhere"));
  }

  @Test
  void aProvidersAddressLosesTheEndThatItsProtocolAdds() {
    assertThat(full.providers().get("openai").baseUrl()).hasToString("https://api.openai.com/v1");
    assertThat(full.providers().get("claude").baseUrl()).hasToString("https://api.anthropic.com");
    assertThat(full.providers().get("claude").headers())
        .containsEntry("anthropic-beta", new Secret("context-1m"));
    assertThat(full.providers().get("claude").apiKeys()).containsExactly(new Secret("key-hush"));
  }

  @Test
  void aTargetHasItsPriceItsTimesAndItsTries() {
    var target = full.routes().get("smart").targets().getFirst();

    assertThat(target.price().cacheWrite()).isEqualTo(Usd.parse("3.125"));
    assertThat(target.timeout()).isEqualTo(new Timeout(1_000, 20_000, 10_000, 240_000));
    assertThat(target.attempts()).isEqualTo(4);
    assertThat(target.maxOutput()).isEqualTo(2048);
    assertThat(target.temperature()).isEqualTo(0.2);
    assertThat(target.pause()).isEqualTo(new Pin.Pause(100, 2_000));
    assertThat(target.weight()).isEqualTo(3);
    assertThat(target.when()).isEqualTo("step > 1");
    assertThat(full.routes().get("smart").hedge()).isEqualTo(new Pin.Hedge(800, 0.05));
    assertThat(full.routes().get("fast").weighted()).isTrue();
    assertThat(full.routes().get("fast").cache()).isEqualTo(new Pin.Cache(600_000, true));
  }

  @Test
  void aTargetsHealthAndAProvidersKeysAreForTheGuards() {
    var smart = full.routes().get("smart").targets();

    assertThat(full.guards().of(smart.getFirst()))
        .isEqualTo(
            new GuardSettings.Health(
                new BreakerSettings(0.5, 0.8, 5_000, 20, 5, 10_000, 2, 60_000), 100, 0, 0.1));
    assertThat(full.guards().of(smart.get(1)).concurrency()).isEqualTo(10);
    assertThat(full.guards().of(smart.get(1)).cluster()).isEqualTo(20);
    assertThat(full.guards().keysOf(smart.getFirst()))
        .isEqualTo(
            new GuardSettings.Keys(
                full.providers().get("claude").keyNames(), new Quotas.Rates(600, 90_000)));
    assertThat(full.providers().get("claude").promptCacheKey()).isFalse();
    assertThat(full.providers().get("openai").promptCacheKey()).isTrue();
    assertThat(full.providers().get("several").promptCacheKey()).isTrue();
    assertThat(full.providers().get("several").apiKeys())
        .containsExactly(new Secret("key-one"), new Secret("key-two"));
  }

  @Test
  void cachedTokensCostWhatOthersDoUnlessPriced() {
    var price = full.routes().get("fast").targets().getFirst().price();

    assertThat(price.cachedInput()).isEqualTo(Usd.parse("1"));
    assertThat(price.cacheWrite()).isEqualTo(Usd.parse("1"));
  }

  @Test
  void aToolsContractIsReadAndSealed() {
    var tool = full.tools().get("post-entry");

    assertThat(tool.contract().effect()).isEqualTo(SideEffect.WRITE);
    assertThat(tool.contract().after()).containsExactly("check-balance");
    assertThat(tool.contract().exclusive()).isEqualTo("args.account");
    assertThat(tool.contract().onUnknown()).isEqualTo(OnUnknown.ASK);
    assertThat(tool.contract().timeoutMs()).isEqualTo(30_000);
    assertThat(tool.contract().digest()).isEqualTo("digest of post-entry");
    assertThat(tool.concurrency()).isEqualTo(8);
    assertThat(tool.maxResultBytes()).isEqualTo(64 << 10);
    assertThat(tool.transform()).isEqualTo("result");
  }

  @Test
  void aToolsEndpointIsRead() {
    assertThat(full.tools().get("check-balance").target())
        .isEqualTo(
            new Target.Http(
                "GET",
                "http://erp.local/accounts/{account}",
                Map.of("at", "{day}"),
                Map.of("X-Erp-Key", new Secret("erp-hush")),
                null,
                true));
    assertThat(full.tools().get("post-entry").target())
        .isInstanceOfSatisfying(
            Target.Http.class,
            http ->
                assertThat(http.body())
                    .isEqualTo(
                        "{\"account\":\"{account}\",\"entry\":{\"variance\":\"{variance}\"},"
                            + "\"source\":\"tidegate\"}"));
  }

  @Test
  void builtInToolsNeedNoEntryAndMayHaveOne() {
    assertThat(full.tools().get("clock").target()).isEqualTo(new Target.BuiltIn("clock"));
    assertThat(full.tools().get("now").target()).isEqualTo(new Target.BuiltIn("clock"));
    assertThat(full.tools().get("now").contract().description()).isEqualTo("The time");
    assertThat(full.tools().get("now").contract().effect()).isEqualTo(SideEffect.READ);
  }

  @Test
  void anAgentIsPinnedWithAllThatItsRunsGoBy() {
    var pin = full.find("reconciler").orElseThrow().pin();

    assertThat(pin.instructions()).isEqualTo("Reconcile the invoice.\n");
    assertThat(pin.route()).isEqualTo(full.routes().get("smart"));
    assertThat(pin.tools().stream().map(contract -> contract.name()))
        .containsExactly("lookup-invoice", "check-balance", "post-entry", "arithmetic");
    assertThat(pin.rules())
        .containsExactly(
            new Rule(
                "tool == 'post-entry' && args.variance > 1000.0",
                Verdict.ASK,
                86_400_000L,
                List.of("controller"),
                "state.open == true"),
            new Rule("tool == 'post-entry' && step > 10", Verdict.DENY, null, List.of(), null));
    assertThat(pin.limits())
        .isEqualTo(new Limits(12, 40, 8, Usd.parse("0.5"), 200_000L, 600_000, 4, 5));
    assertThat(pin.outputAttempts()).isEqualTo(3);
    assertThat(pin.verified()).isTrue();
    assertThat(pin.suspendOnFailure()).isTrue();
  }

  @Test
  void valuesInJsonFollowYaml12() {
    var agent = full.find("reconciler").orElseThrow();

    assertThat(agent.initialState())
        .isEqualTo("{\"posted\":0,\"no\":[12,\"no\",1.50,null,null,true]}");
    assertThat(agent.pin().output())
        .isEqualTo(
            new Json(
                "{\"type\":\"object\",\"properties\":{\"status\":{\"enum\":[\"matched\",\"no\"]}}}"));
  }

  @Test
  void aToolMayWriteIntoTheStateAndBeCritical() {
    var lookup = full.tools().get("lookup-invoice").contract();
    assertThat(lookup.into()).isEqualTo("invoices");
    assertThat(lookup.critical()).isTrue();
    assertThat(lookup.tolerance()).isEqualTo(new Contract.Tolerance(2, 6, 8));
    assertThat(full.tools().get("post-entry").contract().tolerance())
        .isEqualTo(new Contract.Tolerance(3, 0, 10));
    assertThat(lookup.eager()).isFalse();
    assertThat(full.tools().get("post-entry").contract().into()).isEmpty();
    assertThat(full.tools().get("post-entry").contract().critical()).isFalse();
    assertThat(full.find("reconciler").orElseThrow().pin().state())
        .isEqualTo(new Json("{\"type\":\"object\"}"));
  }

  @Test
  void anAgentThatSaysLittleHasTheDefaults() {
    var agent = full.find("simple-reconciler").orElseThrow();

    assertThat(agent.initialState()).isEqualTo("{}");
    assertThat(agent.pin().limits()).isEqualTo(Limits.DEFAULT);
    assertThat(agent.pin().output()).isNull();
    assertThat(agent.pin().outputAttempts()).isEqualTo(2);
    assertThat(agent.pin().verified()).isFalse();
    assertThat(agent.pin().suspendOnFailure()).isFalse();
    assertThat(full.all().stream().map(one -> one.name()))
        .containsExactly("apologist", "reconciler", "simple-reconciler");
  }

  @Test
  void fallbacksArePinnedWithTheirAgents() {
    var simple = full.find("simple-reconciler").orElseThrow().pin();
    assertThat(full.find("reconciler").orElseThrow().pin().fallback())
        .isEqualTo(new Fallback.Another(simple));
    assertThat(simple.fallback())
        .isEqualTo(new Fallback.Another(simple.withFallback(null).withTools(List.of())));
    assertThat(full.find("apologist").orElseThrow().pin().fallback())
        .isEqualTo(new Fallback.Answer(Json.string("Sorry, I can't."), "Sorry, I can't."));
  }

  @Test
  void sessionsAreKeptAsTheirAgentOrTheGatewaySays() {
    long day = 86_400_000;
    assertThat(full.ages()).isEqualTo(new Ages(30 * day, Map.of("reconciler", 7 * day)));
  }

  @Test
  void webhooksOfGatewayAndAgentsAreRead() {
    assertThat(full.hooks().hooks())
        .extracting(hook -> hook.url().toString(), HookSettings.Hook::agents)
        .containsExactlyInAnyOrder(
            tuple("https://example.com/hook", Set.of("reconciler")),
            tuple("https://agents.example.com/", Set.of("reconciler")));
    assertThat(full.refusal(new Event.Hook("https://hooks.example.com/x", List.of()))).isNull();
    assertThat(full.refusal(new Event.Hook("https://a.example.org:8443/", List.of()))).isNull();
  }

  @Test
  void noSecretIsEverPrinted() {
    assertThat(full.toString() + full.providers() + full.tools() + full.redis() + full.warnings())
        .contains("[hidden]")
        .doesNotContain("hush");
    assertThat(full.toString()).contains("reconciler");
  }

  @Test
  void noKeyShowsItsHash() {
    assertThat(full.toString() + full.http()).contains("principal=ci").doesNotContain("9f86d0");
  }

  @Test
  void theShippedConfigurationLoadsWithoutAnyVariable() {
    var settings = Config.load(Path.of("config"), Map.of(), TestParts.PARTS);

    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.routesWithoutKey()).containsExactly("smart");
    assertThat(settings.routes().get("smart").targets()).hasSize(2);
    assertThat(settings.find("assistant").orElseThrow().pin().tools()).hasSize(2);
  }

  @Test
  void withOneKeyOnlyTheTargetsOfItsProviderAreAsked() {
    var settings = Config.load(Path.of("config"), Map.of("OPENAI_API_KEY", "k"), TestParts.PARTS);

    assertThat(settings.routesWithoutKey()).isEmpty();
    assertThat(settings.routes().get("smart").targets())
        .singleElement()
        .satisfies(
            target -> {
              assertThat(target.provider()).isEqualTo("openai");
              assertThat(settings.usable(target)).isTrue();
            });
    assertThat(settings.warnings())
        .singleElement()
        .asString()
        .endsWith("models.smart.targets[0] is left out: the provider 'claude' has no api-key");
  }

  @Test
  void anOwnServerNeedsNoKey() {
    var settings =
        Config.load(
            Path.of("config"),
            Map.of("OPENAI_BASE_URL", "http://localhost:11434/v1"),
            TestParts.PARTS);

    assertThat(settings.routes().get("smart").targets().getFirst().provider()).isEqualTo("openai");
  }

  @Test
  void aVariableThatIsSetToNothingCountsAsNotSet() {
    var settings =
        Config.load(
            Path.of("config"),
            Map.of("OPENAI_BASE_URL", "", "TIDEGATE_HTTP_PORT", "", "REDIS_URL", ""),
            TestParts.PARTS);

    assertThat(settings.providers().get("openai").baseUrl().getHost()).isEqualTo("api.openai.com");
    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.redis().url().isEmpty()).isTrue();
  }

  @Test
  void aFolderThatIsNoneIsAnError() {
    assertThatThrownBy(
            () -> Config.load(Map.of("TIDEGATE_CONFIG", "no/such/folder"), TestParts.PARTS))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("TIDEGATE_CONFIG: must name a folder");
  }
}
