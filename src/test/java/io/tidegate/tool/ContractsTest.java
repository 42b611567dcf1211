package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.SideEffect;
import io.tidegate.run.Secret;
import io.tidegate.tool.ToolSettings.Target;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContractsTest {
  private static final Contract CONTRACT =
      Samples.contract("t", SideEffect.READ, "{\"a\":1,\"b\":2}");
  private static final Target TARGET = http("POST", "http://t/x", "k1");

  @Test
  void keyOrderOfTheSchemaAndSecretsDoNotCount() {
    String digest = Contracts.digest(CONTRACT, TARGET);
    assertThat(digest).matches("sha256:[0-9a-f]{64}");
    var reordered = Samples.contract("t", SideEffect.READ, "{ \"b\": 2.0, \"a\": 1 }");
    assertThat(Contracts.digest(reordered, TARGET)).isEqualTo(digest);
    assertThat(Contracts.digest(CONTRACT, http("POST", "http://t/x", "k2"))).isEqualTo(digest);
  }

  @Test
  void whatAnApprovalReliesOnCounts() {
    assertThat(
            Set.of(
                Contracts.digest(CONTRACT, TARGET),
                Contracts.digest(CONTRACT, http("PUT", "http://t/x", "k1")),
                Contracts.digest(CONTRACT, http("POST", "http://t/y", "k1")),
                Contracts.digest(CONTRACT, new Target.BuiltIn("clock")),
                Contracts.digest(
                    Samples.contract("t", SideEffect.WRITE, "{\"a\":1,\"b\":2}"), TARGET),
                Contracts.digest(
                    Samples.contract("u", SideEffect.READ, "{\"a\":1,\"b\":2}"), TARGET),
                Contracts.digest(Samples.contract("t", SideEffect.READ, "{\"a\":1}"), TARGET)))
        .hasSize(7);
  }

  @Test
  void builtInToolsAreSealedAndTheirSchemasAreSound() {
    var schemas = new JsonSchemas();
    assertThat(BuiltIns.contracts()).containsOnlyKeys("clock", "arithmetic", "ask-user");
    assertThat(BuiltIns.contracts().values())
        .allSatisfy(
            contract -> {
              assertThat(contract.digest()).startsWith("sha256:");
              assertThat(schemas.problemsOf(contract.input())).isEmpty();
            });
  }

  private static Target http(String method, String url, String key) {
    return new Target.Http(
        method, url, Map.of("q", "{a}"), Map.of("X-Key", new Secret(key)), null, false);
  }
}
