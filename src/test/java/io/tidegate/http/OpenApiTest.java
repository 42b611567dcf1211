package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tidegate.stream.FeedListener;
import io.tidegate.stream.Feeds;
import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.ManualTime;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The description of the API against what is served. */
class OpenApiTest {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head", "options");

  private final JsonNode document = document();

  private static JsonNode document() {
    // SnakeYAML follows the document's anchors, which Jackson's tree does not.
    Object yaml = new Yaml().load(CatalogEndpoints.openapi().toString());
    return new YAMLMapper().valueToTree(yaml);
  }

  private static List<Endpoint> endpoints() {
    var time = new ManualTime();
    var journal = new InMemoryJournal(time);
    var sessions = new ScriptedSessions(journal);
    var feeds = new Feeds(journal, sessions, time, FeedListener.NONE);
    var house =
        new FrontDoor.House(
            sessions,
            journal,
            null,
            null,
            Samples.AGENTS,
            new FakeBook().desk(),
            feeds,
            null,
            null,
            time,
            _ -> new Metrics.Page("", ""),
            Requests.UNHEARD,
            () -> false);
    return ApiServer.endpoints(
        null, house, new HttpSettings("127.0.0.1", 0, 0, 1, 1, KeySettings.NONE));
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsServed() {
    var served =
        endpoints().stream()
            .map(endpoint -> endpoint.method() + " " + endpoint.path())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(described()).isEqualTo(served);
  }

  private Set<String> described() {
    var described = new TreeSet<String>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> {
                          if (METHODS.contains(name)) {
                            described.add(HttpMethod.valueOf(upper(name)) + " " + path.getKey());
                          }
                        }));
    return described;
  }

  private static String upper(String method) {
    return method.toUpperCase(java.util.Locale.ROOT);
  }

  @Test
  void everyParameterIsDescribedAndEveryDescriptionIsKnown() {
    for (var endpoint : endpoints()) {
      assertThat(parameters(endpoint, "query"))
          .as("query of " + endpoint.path())
          .isEqualTo(endpoint.query());
      assertThat(parameters(endpoint, "path"))
          .as("path of " + endpoint.path())
          .isEqualTo(names(endpoint.path()));
    }
  }

  private Set<String> parameters(Endpoint endpoint, String in) {
    var path = document.get("paths").get(endpoint.path());
    var method = path.get(endpoint.method().name().toLowerCase(java.util.Locale.ROOT));
    return Stream.of(path, method)
        .map(node -> node.path("parameters"))
        .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
        .map(this::resolved)
        .filter(parameter -> parameter.get("in").asText().equals(in))
        .map(parameter -> parameter.get("name").asText())
        .collect(Collectors.toSet());
  }

  @Test
  void everyOperationNamesTheScopeThatItNeeds() {
    for (var endpoint : endpoints()) {
      var operation = operation(endpoint);
      var scopes = new TreeSet<String>();
      operation
          .get("security")
          .forEach(
              choice -> choice.forEach(list -> list.forEach(scope -> scopes.add(scope.asText()))));
      assertThat(scopes).as("%s", endpoint).isEqualTo(scopes(endpoint.access()));
      boolean open = endpoint.access() instanceof Access.Open;
      assertThat(operation.get("security").isEmpty()).as("%s", endpoint).isEqualTo(open);
      assertThat(operation.get("responses").has("401")).as("%s", endpoint).isNotEqualTo(open);
      assertThat(operation.get("responses").has("403"))
          .as("%s", endpoint)
          .isEqualTo(endpoint.access() instanceof Access.Scoped);
    }
  }

  private static Set<String> scopes(Access access) {
    return access instanceof Access.Scoped(var scope)
        ? Set.of(scope.name().toLowerCase(java.util.Locale.ROOT))
        : Set.of();
  }

  private JsonNode operation(Endpoint endpoint) {
    return document
        .get("paths")
        .get(endpoint.path())
        .get(endpoint.method().name().toLowerCase(java.util.Locale.ROOT));
  }

  private static Set<String> names(String path) {
    return Pattern.compile("\\{(\\w+)}")
        .matcher(path)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        request("RunRequest", RunRequest::read),
        request("SessionRunRequest", RunRequest::readForSession),
        request("NewSession", NewSession::read),
        request("ForkPoint", ForkPoint::read),
        request("Cancellation", Cancellation::read),
        request("Resumption", Resumption::read),
        request("NewLimits", NewLimits::read),
        request("Decision", Decision::read),
        request("InputAnswer", InputAnswer::read),
        request("OutcomeDecision", OutcomeDecision::read));
  }

  private static Arguments request(String schema, Function<Body, Object> reader) {
    return Arguments.of(schema, reader);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void requestSchemaNamesWhatTheDecoderAccepts(String name, Function<Body, Object> reader) {
    var body = Body.empty();
    assertThat(reader.apply(body)).isNotNull();
    var schema = document.get("components").get("schemas").get(name);
    assertThat(fields(schema.get("properties"))).isEqualTo(body.asked());
    assertThat(schema.get("additionalProperties").asBoolean(true)).isFalse();
  }

  @Test
  void limitsSchemaNamesWhatTheDecoderAccepts() {
    var body = Body.empty();
    LimitsField.read(body);
    var limits = document.get("components").get("schemas").get("Limits");
    assertThat(fields(limits.get("properties"))).isEqualTo(body.askedInside());
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    var references = new ArrayList<String>();
    collect(document, references);
    assertThat(references).isNotEmpty();
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void everyProblemIsDescribed() throws IOException {
    var types = new TreeSet<String>();
    var schema = document.at("/components/schemas/Problem/properties/type/enum");
    schema.forEach(type -> types.add(type.asText()));
    for (var kind : io.tidegate.run.Rejection.Kind.values()) {
      var problem = Problem.of(new io.tidegate.run.Rejection(kind, "x"));
      assertThat(types).contains(problem.json().get("type").asText());
    }
    assertThat(types).contains(Problem.unauthorized().json().get("type").asText());
    for (var scope : KeySettings.Scope.values()) {
      assertThat(types).contains(Problem.forbidden(scope).json().get("type").asText());
    }
  }

  private void collect(JsonNode node, List<String> references) {
    if (node.has("$ref")) {
      references.add(node.get("$ref").asText());
    }
    for (Iterator<JsonNode> each = node.elements(); each.hasNext(); ) {
      collect(each.next(), references);
    }
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static Set<String> fields(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
