package io.tidegate.config;

import io.tidegate.config.Node.Items;
import io.tidegate.config.Node.Kind;
import io.tidegate.config.Node.Mapping;
import io.tidegate.config.Node.Scalar;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.tidegate.run.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map of the configuration while it is read: each question names a key and the type that its
 * value must have, and keys that nobody asked for are errors in the end.
 */
final class Section {
  private final Report report;
  private final Place at;
  private final String pattern;
  private final SequencedMap<String, Node> entries;
  private final Set<String> asked = new LinkedHashSet<>();

  private Section(Report report, Place at, String pattern, SequencedMap<String, Node> entries) {
    this.report = report;
    this.at = at;
    this.pattern = pattern;
    this.entries = entries;
    report.opened(this);
  }

  /** The top of a file, whose keys' patterns start with the prefix. */
  static Optional<Section> of(Report report, Node node, String prefix) {
    return map(node, report, "the file").map(map -> section(report, map, prefix));
  }

  static Section empty(Report report, Place at, String prefix) {
    return new Section(report, at, prefix, new LinkedHashMap<>());
  }

  Place at() {
    return at;
  }

  Place at(String key) {
    Node node = entries.get(key);
    return node == null ? at.key(key) : at.key(key).at(node.at().line(), node.at().column());
  }

  boolean has(String key) {
    return find(key) != null;
  }

  /** The keys of a map some levels down, without reading it. */
  Set<String> keys(String... path) {
    SequencedMap<String, Node> map = entries;
    for (String key : path) {
      map = map.get(key) instanceof Mapping inner ? inner.entries() : new LinkedHashMap<>();
    }
    return map.keySet();
  }

  boolean isMap(String key) {
    return entries.get(key) instanceof Mapping;
  }

  Value<String> text(String key) {
    return scalar(key, Scalars::text);
  }

  /** A secret; it never shows in a message, and the blanks around it are dropped. */
  Value<Secret> secret(String key) {
    return scalar(key, Scalars::secret);
  }

  /** A list of secrets. */
  List<Secret> secrets(String key) {
    return items(key, (node, _) -> Optional.ofNullable(read(node, Scalars::secret).orNull()));
  }

  Value<Boolean> flag(String key) {
    return scalar(key, Scalars::flag);
  }

  Value<Integer> integer(String key, int min, int max) {
    return whole(key, min, max).map(Long::intValue);
  }

  Value<Long> whole(String key, long min, long max) {
    return scalar(key, scalar -> Scalars.whole(scalar, min, max));
  }

  Value<Double> decimal(String key, double min, double max) {
    return scalar(key, scalar -> Scalars.decimal(scalar, min, max));
  }

  /** A duration in milliseconds, or {@code never}, which is {@link Long#MAX_VALUE} of them. */
  Value<Long> durationOrNever(String key) {
    return scalar(key, scalar -> scalar.text().equals("never") ? Long.MAX_VALUE : millis(scalar));
  }

  private static long millis(Scalar scalar) {
    return Units.millis(scalar.text());
  }

  /** A duration in milliseconds. */
  Value<Long> duration(String key) {
    return scalar(key, Section::millis);
  }

  /** A size in bytes. */
  Value<Long> size(String key) {
    return scalar(key, scalar -> Units.bytes(scalar.text()));
  }

  /** A percentage as a fraction of 1. */
  Value<Double> percent(String key) {
    return scalar(key, scalar -> Units.fraction(scalar.text()));
  }

  Value<Usd> usd(String key) {
    return scalar(key, Scalars::usd);
  }

  Value<URI> url(String key) {
    return scalar(key, Scalars::url);
  }

  /** One of the enum's constants, in kebab case. */
  <E extends Enum<E>> Value<E> choice(String key, Class<E> type) {
    return scalar(key, scalar -> Scalars.choice(scalar, type));
  }

  /** Any value, as JSON. */
  Value<Json> json(String key) {
    Node node = take(key);
    return node == null ? absent(key) : Value.of(report, at(key), JsonText.of(node));
  }

  /** A map, as JSON. */
  Value<Json> object(String key) {
    Node node = take(key);
    return node == null
        ? absent(key)
        : map(node, report, "")
            .map(map -> Value.of(report, at(key), JsonText.of(map)))
            .orElseGet(() -> reported(key));
  }

  /** A JSON Schema, of which the parts that are sure to be wrong are reported. */
  Value<Json> schema(String key) {
    Node node = take(key);
    if (node instanceof Mapping) {
      SchemaShape.check(node, report);
    }
    return object(key);
  }

  /** Whether a schema, if it is there, says that it is one of objects; providers ask for it. */
  boolean describesObject(String key) {
    return entries.get(key) instanceof Mapping schema
        && schema.entries().get("type") instanceof Scalar type
        && type.text().equals("object");
  }

  Optional<Section> section(String key) {
    Node node = take(key);
    return node == null
        ? Optional.empty()
        : map(node, report, "").map(map -> section(report, map, pattern(key)));
  }

  /** A list of maps. */
  List<Section> sections(String key) {
    return items(key, (node, index) -> map(node, report, "").map(map -> item(key, index, map)));
  }

  private Section item(String key, int index, Mapping map) {
    Place place = at(key).item(index).at(map.at().line(), map.at().column());
    return new Section(report, place, pattern(key) + "[]", map.entries());
  }

  /** A list of single texts. */
  List<Word> words(String key) {
    return items(key, (node, _) -> word(node));
  }

  /** A list of single texts for which the test must hold. */
  List<Word> words(String key, Predicate<String> test, String sentence) {
    List<Word> words = words(key);
    words.stream()
        .filter(word -> !test.test(word.text()))
        .forEach(word -> report.error(word.at(), sentence + ", was '" + word.text() + "'"));
    return words;
  }

  /** A list of the enum's constants, in kebab case. */
  <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    return items(
        key,
        (node, _) -> Optional.ofNullable(read(node, one -> Scalars.choice(one, type)).orNull()));
  }

  /** A map from names to maps. */
  SequencedMap<String, Section> named(String key) {
    SequencedMap<String, Section> found = new LinkedHashMap<>();
    entries(key)
        .forEach(
            (name, node) -> {
              Names.check(name, node.at(), report);
              map(node, report, "")
                  .ifPresent(map -> found.put(name, section(report, map, pattern(key) + ".*")));
            });
    return found;
  }

  /** A map from anything to single texts. */
  SequencedMap<String, String> texts(String key) {
    SequencedMap<String, String> found = new LinkedHashMap<>();
    entries(key).forEach((name, node) -> found.put(name, read(node, Scalars::any).orElse("")));
    return found;
  }

  void error(String key, String sentence) {
    report.error(at(key), sentence);
  }

  void warn(String key, String sentence) {
    report.warn(at(key), sentence);
  }

  void reportUnknownKeys() {
    entries.forEach(
        (key, node) -> {
          if (!asked.contains(key)) {
            report.error(node.at(), "is no known key" + Names.didYouMean(key, asked));
          }
        });
  }

  private static Section section(Report report, Mapping map, String pattern) {
    return new Section(report, map.at(), pattern, map.entries());
  }

  private <T> Value<T> scalar(String key, Parse<T> parse) {
    Node node = take(key);
    return node == null ? absent(key) : read(node, parse);
  }

  private <T> Value<T> read(Node node, Parse<T> parse) {
    if (!(node instanceof Scalar scalar)) {
      return Value.wrong(report, node.at(), "must be a single value, was " + node.shown());
    }
    try {
      return Value.of(report, node.at(), parse.parse(scalar));
    } catch (IllegalArgumentException e) {
      return Value.wrong(report, node.at(), e.getMessage() + ", was " + scalar.shown());
    }
  }

  private <T> List<T> items(String key, BiFunction<Node, Integer, Optional<T>> read) {
    Node node = take(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Items list)) {
      report.error(node.at(), "must be a list, was " + node.shown());
      return List.of();
    }
    List<T> found = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      read.apply(list.items().get(i), i).ifPresent(found::add);
    }
    return found;
  }

  private Optional<Word> word(Node node) {
    String text = read(node, Scalars::text).orNull();
    return Optional.ofNullable(text).map(found -> new Word(node.at(), found));
  }

  private SequencedMap<String, Node> entries(String key) {
    Node node = take(key);
    return node == null
        ? new LinkedHashMap<>()
        : map(node, report, "").map(Mapping::entries).orElseGet(LinkedHashMap::new);
  }

  private static Optional<Mapping> map(Node node, Report report, String subject) {
    if (node instanceof Mapping map) {
      return Optional.of(map);
    }
    String start = subject.isEmpty() ? "" : subject + " ";
    report.error(node.at(), start + "must be a map of keys, was " + node.shown());
    return Optional.empty();
  }

  private <T> Value<T> absent(String key) {
    return Value.absent(report, at(key));
  }

  private <T> Value<T> reported(String key) {
    return Value.reported(report, at(key));
  }

  private @Nullable Node take(String key) {
    asked.add(key);
    report.knows(pattern(key));
    return find(key);
  }

  private @Nullable Node find(String key) {
    Node node = entries.get(key);
    return node instanceof Scalar scalar && scalar.kind() == Kind.NULL ? null : node;
  }

  private String pattern(String key) {
    return pattern.isEmpty() ? key : pattern + "." + key;
  }

  /** A text and where it stands. */
  record Word(Place at, String text) {}

  /** Reads a single value. */
  @FunctionalInterface
  interface Parse<T> {
    /**
     * Reads the value.
     *
     * @throws IllegalArgumentException with the half sentence that says what the value must be
     */
    T parse(Scalar scalar);
  }
}
