package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.http.KeySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigErrorsTest {
  private static final String MODELS =
      """
      models: {smart: {targets: [{provider: own, model: m}]}}
      providers: {own: {protocol: openai-chat, base-url: 'http://localhost/v1'}}
      """;

  @TempDir Path folder;

  @Test
  void allErrorsOfAllFilesAreToldAtOnce() {
    write("models.yaml", MODELS);
    write("gateway.yaml", "http:\n  prot: 80\n  max-body: 10 megs\n");
    write(
        "tools.yaml",
        "tools:\n  lookup-invoice:\n    http: {url: 'http://erp/x'}\n    effect: reed\n");
    write("agents/one.yaml", "model: smrt\ntools: [lookup-invoce]\nlimits: {steps: 0}\n");

    assertThat(problems())
        .containsExactly(
            "agents/one.yaml:1:1 model: names the model 'smrt', which is not configured; did you"
                + " mean 'smart'?",
            "agents/one.yaml:2:9 tools[0]: names the tool 'lookup-invoce', which is not configured;"
                + " did you mean 'lookup-invoice'?",
            "agents/one.yaml:3:10 limits.steps: must be a whole number of at least 1, was '0'",
            "gateway.yaml:2:3 http.prot: is no known key; did you mean 'port'?",
            "gateway.yaml:3:3 http.max-body: must be a size such as 512B, 64KB, 10MB or 1GB, was"
                + " '10 megs'",
            "tools.yaml:4:5 tools.lookup-invoice.effect: must be one of read, idempotent, write,"
                + " was 'reed'");
  }

  @Test
  void aCacheKeyHasNoPlaceInAnotherProtocol() {
    write("models.yaml", "providers: {claude: {protocol: anthropic, prompt-cache-key: true}}\n");

    assertThat(problems()).singleElement().asString().contains("belongs to protocol: openai-chat");
  }

  @Test
  void aHashOfTwoKeysIsAnErrorThatDoesNotShowIt() {
    var hash = KeySettings.hash("k");
    write(
        "gateway.yaml",
        """
        keys:
          - {hash: "%s", principal: a, scopes: [run]}
          - {hash: "%s", principal: b, scopes: [run]}
          - {hash: "x", scopes: [run]}
        """
            .formatted(hash, hash));

    assertThat(problems())
        .containsExactly(
            "gateway.yaml:3:6 keys[1].hash: is the hash of keys[0] in line 2 already",
            "gateway.yaml:4:5 keys[2].principal: is missing",
            "gateway.yaml:4:6 keys[2].hash: must be sha256: and the key's SHA-256 in 64 lower-case"
                + " hexadecimal digits");
  }

  @Test
  void theMessageListsEveryErrorOnALine() {
    write("gateway.yaml", "a: 1\nb: 2\n");

    InvalidConfig invalid =
        catchThrowableOfType(InvalidConfig.class, () -> Config.load(folder, Map.of(), PARTS));

    assertThat(invalid)
        .hasMessage(
            "the configuration has 2 errors:%ngateway.yaml:1:1 a: is no known key%ngateway.yaml:2:1 b: is no known key"
                .formatted());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "http: 5                        | http: must be a map of keys, was '5'",
        "http: []                       | http: must be a map of keys, was a list",
        "http: {port: '80'}             | http.port: must be a whole number from 0 to 65535, was"
            + " '80'",
        "http: {port: 8.5}              | http.port: must be a whole number from 0 to 65535, was"
            + " '8.5'",
        "http: {port: 70000}            | http.port: must be a whole number from 0 to 65535, was"
            + " '70000'",
        "http: {port: {a: 1}}           | http.port: must be a single value, was a map",
        "http: {host: 12}               | http.host: must be text: put it in quotes, was '12'",
        "http: {host: true}             | http.host: must be text: put it in quotes, was 'true'",
        "http: {port: 1, port: 2}       | http.port: is set twice, first in line 1",
        "retention: 30                  | retention: must be a duration such as 800ms, 2s, 5m, 24h"
            + " or 30d, was '30'",
        "retention: 0s                  | retention: must be a duration such as 800ms, 2s, 5m, 24h"
            + " or 30d, was '0s'",
        "keys: {}                       | keys: must be a list, was a map",
        "keys: [a]                      | keys[0]: must be a map of keys, was 'a'",
        "keys: [{hash: x, principal: a, scopes: [run]}] | keys[0].hash: must be sha256: and the"
            + " key's SHA-256 in 64 lower-case hexadecimal digits",
        "keys: [{hash: H, tenant: a b, principal: a, scopes: [run]}] | keys[0].tenant: must be a"
            + " name of up to 64 letters, digits, _, - and .",
        "keys: [{hash: H, scopes: [run]}] | keys[0].principal: is missing",
        "keys: [{hash: H, principal: ' a', scopes: [run]}] | keys[0].principal: must be 1 to 128"
            + " characters, with no blank at the ends and no control character",
        "keys: [{hash: H, principal: a}] | keys[0].scopes: must list at least one of run, read,"
            + " approve, admin",
        "keys: [{hash: H, principal: a, scopes: []}] | keys[0].scopes: must list at least one of"
            + " run, read, approve, admin",
        "keys: [{hash: H, principal: a, scopes: [write]}] | keys[0].scopes[0]: must be one of run,"
            + " read, approve, admin, was 'write'",
        "keys: [{principal: a, scopes: [run]}] | keys[0].hash: is missing",
        "keys: [{hash: H, principal: a, scopes: [run], scope: run}] | keys[0].scope: is no known"
            + " key; did you mean 'scopes'?",
        "tenants: {a: {concurrent-runs: 0}} | tenants.a.concurrent-runs: must be a whole number of"
            + " at least 1, was '0'",
        "tenants: {a b: {}}             | tenants.a b: must be a name of up to 64 letters, digits,"
            + " _, - and ., was 'a b'",
        "tenants: {a: {budget: {day-usd: -1}}} | tenants.a.budget.day-usd: must be an amount in USD"
            + " such as 0.50, with at most 9 decimal places, was '-1'",
        "webhooks: [{secret: x}]        | webhooks[0].url: is missing",
        "webhooks: [{url: 'http://x'}]  | webhooks[0].secret: is missing",
        "webhooks: [{secret: x, url: 'ftp://x'}] | webhooks[0].url: must be a URL such as"
            + " https://host/path, was 'ftp://x'",
        "webhooks: [{secret: 'whsec_?', url: 'http://x'}] | webhooks[0].secret: must have Base64"
            + " after whsec_",
        "webhooks: [{secret: x, url: 'http://x'}, {secret: y, url: 'http://x'}] | webhooks[1].url:"
            + " is another webhook's of the same list already",
        "webhooks: [{secret: x, url: 'http://x', events: [text.delta]}] | webhooks[0].events[0]:"
            + " must be one of run.queued, run.started, run.suspended, run.resumed, run.cancelling,"
            + " run.stopped, approval.requested, approval.decided, outcome.decided,"
            + " budget.warning, was 'text.delta'",
        "webhooks: [{secret: x, url: 'http://x', agents: [nobody]}] | webhooks[0].agents[0]:"
            + " names the agent 'nobody', which is not configured",
        "webhook-hosts: ['http://x']    | webhook-hosts[0]: must be a host such as"
            + " hooks.example.com or *.example.com, maybe with a port, was 'http://x'",
        "redis: {url: 'http://:hush@x'} | redis.url: must be a URL that starts with redis://,"
            + " rediss:// or unix://",
        "http: {host: !x y}             | http.host: has the tag !x; tags are not supported",
        "http: {host: '${NOPE}'}        | http.host: needs the environment variable NOPE, which is"
            + " not set; ${NOPE:value} gives a default",
        "http: {host: '${no pe}'}       | http.host: has a '${' that starts no ${NAME} or"
            + " ${NAME:default}; write $${ for the characters",
        "http: {port: '${PORT}'}        | http.port: must be a whole number from 0 to 65535, was"
            + " '${PORT}'",
      })
  void gatewayErrors(String yaml, String expected) {
    write("gateway.yaml", yaml.replace("hash: H", "hash: '" + KeySettings.hash("k") + "'"));

    assertThat(problems()).singleElement().asString().endsWith(" " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "models: {m: {}}                          | models.m.targets: must list at least one"
            + " target",
        "models: {m: {targets: [{model: x}]}}     | models.m.targets[0].provider: is missing",
        "models: {m: {targets: [{provider: opnai, model: x}]}} | models.m.targets[0].provider:"
            + " names the provider 'opnai', which is not configured; did you mean 'openai'?",
        "models: {m: {targets: [{provider: openai, model: 4.5}]}} | models.m.targets[0].model: must"
            + " be text: put it in quotes, was '4.5'",
        "models: {m: {targets: [{provider: openai, model: x, price: {input: 1}}]}} |"
            + " models.m.targets[0].price.output: is missing",
        "models: {m: {targets: [{provider: openai, model: x, temperature: 3}]}} |"
            + " models.m.targets[0].temperature: must be a number from 0.0 to 2.0, was '3'",
        "models: {m: {route: best, targets: [{provider: openai, model: x}]}} | models.m.route: must"
            + " be one of fallback, weighted, was 'best'",
        "models: {m: {hedge: {after: 1s, budget: 5}, targets: [{provider: openai, model: x}]}} |"
            + " models.m.hedge.budget: must be a percentage such as 5%, from 0% to 100%, was '5'",
        "models: {m: {targets: [{provider: openai, model: x, when: 'stepp > 1'}]}} |"
            + " models.m.targets[0].when: is no valid expression: column 1: undeclared reference to"
            + " 'stepp' (in container '')",
        "providers: {p: {}}                       | providers.p.protocol: is missing",
        "providers: {p: {protocol: openai}}       | providers.p.protocol: must be one of"
            + " openai-chat, anthropic, was 'openai'",
        "providers: {p: {protocol: anthropic, base-url: 'https://u:hush@h'}} |"
            + " providers.p.base-url: must hold no user or password (a key goes to api-key or"
            + " headers), was [hidden]",
        "providers: {p: {protocol: anthropic, headers: {'a b': c}}} | providers.p.headers.a b: is"
            + " no name of an HTTP header",
        "providers: {p: {protocol: anthropic, headers: {a: \"x\\n"
            + "y\"}}} | providers.p.headers.a: must not hold line breaks or other control"
            + " characters",
      })
  void modelErrors(String yaml, String expected) {
    write("models.yaml", yaml);

    assertThat(problems()).singleElement().asString().endsWith(" " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "t: {}                                    | tools.t: must have either http or builtin",
        "t: {http: {url: 'http://x'}, builtin: clock} | tools.t: must have either http or builtin",
        "t: {builtin: clok}                       | tools.t.builtin: names the built-in tool"
            + " 'clok', which is not configured; did you mean 'clock'?",
        "t: {http: {}}                            | tools.t.http.url: is missing",
        "t: {http: {url: 'http://{host}/x'}}      | tools.t.http.url: must not have an {argument}"
            + " before its path: it would choose the host",
        "t: {http: {url: '{base}/x'}}             | tools.t.http.url: must be a URL such as"
            + " https://host/path/{argument}",
        "t: {http: {url: 'http://u:p@x/'}}        | tools.t.http.url: must hold no user or"
            + " password; put them into headers",
        "t: {http: {url: 'http://x/{i d}'}}       | tools.t.http.url: must be a URL such as"
            + " https://host/path/{argument}",
        "t: {http: {url: 'http://x', method: GRAB}} | tools.t.http.method: must be one of GET,"
            + " HEAD, POST, PUT, PATCH, DELETE",
        "t: {http: {url: 'http://x/{ide}'}, input: {type: object, properties: {id: {type:"
            + " string}}}} | tools.t.http.url: uses {ide}, which is no property of the tool's"
            + " input; did you mean 'id'?",
        "t: {builtin: clock, input: []}           | tools.t.input: must be a map of keys, was a"
            + " list",
        "t: {builtin: clock, input: {type: array}} | tools.t.input: must describe an object: type:"
            + " object",
        "t: {builtin: clock, input: {type: object, properties: {a: {type: strng}}}} |"
            + " tools.t.input.properties.a.type: must be one of string, number, integer, object,"
            + " array, boolean, null, was 'strng'",
        "t: {builtin: clock, input: {type: object, required: a}} | tools.t.input.required: must be"
            + " a list of property names, was 'a'",
        "t: {builtin: clock, after: [x]}          | tools.t.after[0]: names the tool 'x', which is"
            + " not configured",
        "t: {builtin: clock, into: 'a..b'} | tools.t.into: must be a dotted path such as"
            + " invoices.open, or invoices[] to append",
        "t: {builtin: clock, critical: 'yes'} | tools.t.critical: must be true or false, was 'yes'",
        "t: {builtin: clock, exclusive: 'state.x'} | tools.t.exclusive: is no valid expression:"
            + " column 1: undeclared reference to 'state' (in container '')",
        "t: {builtin: clock, retry: {attempts: 0}} | tools.t.retry.attempts: must be a whole number"
            + " from 1 to 10, was '0'",
        "t: {builtin: clock, max-result: 3GB}     | tools.t.max-result: must be less than 2GB",
        "t: {builtin: clock, efect: read}         | tools.t.efect: is no known key; did you mean"
            + " 'effect'?",
      })
  void toolErrors(String yaml, String expected) {
    write("tools.yaml", "tools:\n  " + yaml);

    assertThat(problems()).singleElement().asString().endsWith(" " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "name: a b                                | name: must be a name of up to 64 letters,"
            + " digits, _, - and ., was 'a b'",
        "tools: [clock, clock]                    | tools: names a tool twice",
        "tools: [nope]                            | tools[0]: names the tool 'nope', which is not"
            + " configured",
        "state: {schema: {required: [no-such-key]}} | state.initial: at the root: required property"
            + " 'no-such-key' not found",
        "state: {initial: [1]}                    | state.initial: must be a map of keys, was a"
            + " list",
        "output: {attempts: 2}                    | output.schema: is missing",
        "stream: fast                             | stream: must be one of live, verified, was"
            + " 'fast'",
        "on-failure: retry                        | on-failure: must be one of stop, suspend, was"
            + " 'retry'",
        "limits: {repeats: 1}                     | limits.repeats: must be 0, which"
            + " switches it off, or at least 2",
        "limits: {repeats: 51}                    | limits.repeats: must be a whole number from 0"
            + " to 50, was '51'",
        "limits: {cost-usd: lots}                 | limits.cost-usd: must be an amount in USD such"
            + " as 0.50, with at most 9 decimal places, was 'lots'",
        "fallback: {}                            | fallback: must have either agent, or answer, or"
            + " model and tools",
        "fallback: {agent: a}                     | fallback.agent: makes a circle: a falls back"
            + " on a",
        "fallback: {agent: other}                 | fallback.agent: names the agent 'other', which"
            + " is not configured",
        "rules: [{when: 'true'}]                  | rules[0].then: is missing",
        "rules: [{then: ask}]                     | rules[0].when: is missing",
        "rules: [{when: 'tool = 1', then: ask}]   | rules[0].when: is no valid expression: column"
            + " 6: token recognition error at: '= '; column 8: extraneous input '1' expecting"
            + " <EOF>",
        "rules: [{when: 'true', then: deny, expires: 1h}] | rules[0].expires: belongs to then: ask,"
            + " and nobody is asked here",
      })
  void agentErrors(String yaml, String expected) {
    write("models.yaml", MODELS);
    write("agents/a.yaml", "model: smart\n" + yaml);

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("agents/a.yaml:2:")
        .endsWith(" " + expected);
  }

  @Test
  void anAgentNeedsAModel() {
    write("agents/a.yaml", "tools: [clock]");

    assertThat(problems()).containsExactly("agents/a.yaml:1:1 model: is missing");
  }

  @Test
  void twoAgentsOfOneNameAreAnError() {
    write("models.yaml", MODELS);
    write("agents/a.yaml", "model: smart\n");
    write("agents/b.yaml", "model: smart\nname: a\n");

    assertThat(problems())
        .containsExactly("agents/b.yaml:2:1 name: is 'a', as another agent's is already");
  }

  @Test
  void whatTheToolsPackageFindsIsToldWithTheToolsPlace() {
    write("tools.yaml", "tools:\n  ok: {builtin: clock}\n  t: {builtin: clock, transform: '(('}\n");

    assertThat(problems()).containsExactly("tools.yaml:3:3 tools.t: its transform is no JSONata");
  }

  @Test
  void toolsThatWaitForEachOtherAreNamedAsACircle() {
    write(
        "tools.yaml",
        """
        tools:
          a: {builtin: clock, after: [b]}
          b: {builtin: clock, after: [clock, c]}
          c: {builtin: clock, after: [b]}
          d: {builtin: clock, after: [d]}
        """);

    assertThat(problems())
        .containsExactly(
            "tools.yaml:4:23 tools.c.after: makes a circle: b after c after b",
            "tools.yaml:5:23 tools.d.after: makes a circle: d after d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "http: {port: 1       | gateway.yaml:1:15: is no YAML: expected ',' or '}', but got <stream"
            + " end>",
        "http: *x             | gateway.yaml:1:1 http: names the anchor *x before it is set",
        "[1, 2]               | gateway.yaml:1:1: the file must be a map of keys, was a list",
        "? [a]                | gateway.yaml:1:3: has a key that is no single value",
      })
  void whatIsNoYamlOrNoMapIsToldWithItsPlace(String yaml, String expected) {
    write("gateway.yaml", yaml);

    assertThat(problems()).singleElement().asString().isEqualTo(expected);
  }

  @Test
  void aSecondDocumentIsAnError() {
    write("gateway.yaml", "http: {}\n---\nhttp: {}\n");

    assertThat(problems())
        .containsExactly("gateway.yaml:2:1: is a second document; a file holds one");
  }

  @Test
  void endlessNestingIsAnError() {
    write("gateway.yaml", "http: " + "[".repeat(10_000));

    assertThat(problems()).singleElement().asString().contains("is nested too deeply");
  }

  @Test
  void aFileThatCannotBeReadDoesNotMakeEveryReferenceToItAnError() {
    write("models.yaml", "models: {smart");
    write("tools.yaml", "tools: {x");
    write("agents/a.yaml", "model: smart\ntools: [x]\n");

    assertThat(problems()).hasSize(2).allMatch(problem -> problem.contains("is no YAML"));
  }

  @Test
  void aModelWithAnErrorStillExistsForItsAgents() {
    write("models.yaml", "models: {smart: {}}");
    write("agents/a.yaml", "model: smart\n");

    assertThat(problems()).hasSize(1);
  }

  @Test
  void aFileThatIsNoUtf8IsAnError() throws IOException {
    Files.write(folder.resolve("gateway.yaml"), "http: ä".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems()).containsExactly("gateway.yaml: is no text in UTF-8");
  }

  @Test
  void aWrongVariableIsNamedAndNotShown() {
    var environment = Map.of("TIDEGATE_HTTP_PORT", "hush", "REDIS_URL", "http://:hush@x");

    InvalidConfig invalid =
        catchThrowableOfType(InvalidConfig.class, () -> Config.load(folder, environment, PARTS));

    assertThat(invalid.problems())
        .containsExactly(
            "TIDEGATE_HTTP_PORT: must be a whole number from 0 to 65535",
            "REDIS_URL: must be a URL that starts with redis://, rediss:// or unix://");
  }

  @Test
  void whatAPlaceholderFilledIsNeverShown() {
    write("gateway.yaml", "http: {port: '${PORT}', max-body: '${PORT:hush}'}\nretention: ${PORT}");

    InvalidConfig invalid =
        catchThrowableOfType(
            InvalidConfig.class, () -> Config.load(folder, Map.of("PORT", "hush"), PARTS));

    assertThat(invalid.problems()).hasSize(3);
    assertThat(invalid.getMessage().replace("${PORT:hush}", "")).doesNotContain("hush");
  }

  private static final Parts PARTS = TestParts.PARTS;

  private List<String> problems() {
    InvalidConfig invalid =
        catchThrowableOfType(
            InvalidConfig.class, () -> Config.load(folder, Map.of("PORT", "eighty"), PARTS));
    return invalid == null ? List.of() : invalid.problems();
  }

  private void write(String file, String text) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
