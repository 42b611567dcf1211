package io.tidegate.config;

import io.tidegate.config.Node.Items;
import io.tidegate.config.Node.Kind;
import io.tidegate.config.Node.Mapping;
import io.tidegate.config.Node.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.events.StreamStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Turns YAML text into {@link Node}s. It goes by the parser's events, because the library's own
 * values follow YAML 1.1 ({@code no} a boolean, {@code 012} octal) and have lost their lines.
 */
final class YamlFile {
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+");
  private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");
  private static final int MAX_DEPTH = 60;

  private final Iterator<Event> events;
  private final Placeholders placeholders;
  private final Report report;
  private final Map<String, Node> anchors = new HashMap<>();
  private int depth;

  private YamlFile(Iterator<Event> events, Placeholders placeholders, Report report) {
    this.events = events;
    this.placeholders = placeholders;
    this.report = report;
  }

  /**
   * The file's value; an empty map for an empty file; nothing if it can't be read, which is then
   * reported.
   */
  static Optional<Node> parse(String file, String text, Placeholders placeholders, Report report) {
    Place place = Place.file(file);
    try {
      var parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
      return Optional.of(new YamlFile(eventsOf(parser), placeholders, report).document(place));
    } catch (Unreadable e) {
      report.error(e.place, e.sentence);
    } catch (MarkedYAMLException e) {
      report.error(placeOf(place, e.getProblemMark()), "is no YAML: " + e.getProblem());
    } catch (YAMLException e) {
      report.error(place, "is no YAML: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static Iterator<Event> eventsOf(ParserImpl parser) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return parser.peekEvent() != null;
      }

      @Override
      public Event next() {
        return parser.getEvent();
      }
    };
  }

  private Node document(Place place) {
    Event event = events.next();
    while (event instanceof StreamStartEvent || event instanceof DocumentStartEvent) {
      event = events.next();
    }
    if (event instanceof StreamEndEvent) {
      return new Mapping(place.at(1, 1), new LinkedHashMap<>());
    }
    Node root = node(event, placeOf(place, event.getStartMark()));
    events.next();
    Event after = events.next();
    if (!(after instanceof StreamEndEvent)) {
      throw new Unreadable(
          placeOf(place, after.getStartMark()), "is a second document; a file holds one");
    }
    return root;
  }

  private Node node(Event event, Place place) {
    if (++depth > MAX_DEPTH) {
      throw new Unreadable(placeOf(place, event.getStartMark()), "is nested too deeply");
    }
    Node node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar, place);
          case SequenceStartEvent _ -> items(place);
          case MappingStartEvent _ -> mapping(place);
          case AliasEvent alias -> alias(alias, place);
          default -> throw new IllegalStateException("unexpected YAML event: " + event);
        };
    depth--;
    if (event instanceof NodeEvent named && named.getAnchor() != null) {
      anchors.put(named.getAnchor(), node);
    }
    return node;
  }

  private Node alias(AliasEvent alias, Place place) {
    Node target = anchors.get(alias.getAnchor());
    if (target == null) {
      throw new Unreadable(place, "names the anchor *" + alias.getAnchor() + " before it is set");
    }
    return target;
  }

  private Node items(Place place) {
    List<Node> items = new ArrayList<>();
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      items.add(node(event, placeOf(place.item(items.size()), event.getStartMark())));
    }
    return new Items(place, items);
  }

  private Node mapping(Place place) {
    SequencedMap<String, Node> entries = new LinkedHashMap<>();
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      Place here = placeOf(place, event.getStartMark());
      if (!(event instanceof ScalarEvent key)) {
        throw new Unreadable(here, "has a key that is no single value");
      }
      Place entry = here.key(key.getValue());
      Node earlier = entries.putIfAbsent(key.getValue(), node(events.next(), entry));
      if (earlier != null) {
        report.error(entry, "is set twice, first in line " + earlier.at().line());
      }
    }
    return new Mapping(place, entries);
  }

  private Scalar scalar(ScalarEvent event, Place place) {
    String raw = event.getValue();
    String text = placeholders.fill(raw, place, report);
    return new Scalar(place, kind(event, text, place), text, raw);
  }

  private Kind kind(ScalarEvent event, String text, Place place) {
    String tag = event.getTag();
    if (tag != null && !tag.equals("!") && !tag.equals("tag:yaml.org,2002:str")) {
      report.error(place, "has the tag " + tag + "; tags are not supported");
    }
    return event.isPlain() && tag == null ? plainKind(text) : Kind.TEXT;
  }

  private static Kind plainKind(String text) {
    if (NOTHING.matcher(text).matches()) {
      return Kind.NULL;
    }
    if (BOOLEAN.matcher(text).matches()) {
      return Kind.BOOLEAN;
    }
    return NUMBER.matcher(text).matches() ? Kind.NUMBER : Kind.TEXT;
  }

  private static Place placeOf(Place place, @Nullable Mark mark) {
    return mark == null ? place : place.at(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** Ends the reading of a file at something that leaves the rest without meaning. */
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Place place;
    private final String sentence;

    Unreadable(Place place, String sentence) {
      super(sentence, null, false, false);
      this.place = place;
      this.sentence = sentence;
    }
  }
}
