package io.tidegate.tool;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSONata expression that makes the small uniform JSON, which the model reads, of a tool's raw
 * result. The result is {@code $}, the arguments are {@code $args}. Safe for threads.
 */
final class Transform {

  /**
   * It runs on an event loop, which serves others. Good expressions take microseconds; the rest is
   * for a thread that a busy machine stopped in the middle of one.
   */
  private static final int MAX_MS = 1_000;

  private static final int MAX_DEPTH = 200;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Jsonata expression;

  /** A transform that failed on a result; the message says why. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String message) {
      super(message, null, false, false);
    }
  }

  Transform(String expression) {
    try {
      this.expression = Jsonata.jsonata(expression);
      this.expression.setValidateInput(false);
      warmUp();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the transform is not valid JSONata: " + reason(e), e);
    }
  }

  /** Loads the library's classes now, and not within the time of the first call. */
  private void warmUp() {
    try {
      apply(NullNode.instance, NODES.objectNode());
    } catch (Failed e) {
      // Most expressions ask for more than null; that is not their fault.
    }
  }

  /** The transformed result; what JSONata calls undefined is null. */
  JsonNode apply(JsonNode result, JsonNode args) throws Failed {
    try {
      var frame = expression.createFrame();
      frame.setRuntimeBounds(MAX_MS, MAX_DEPTH);
      frame.bind("args", java(args));
      return node(expression.evaluate(java(result), frame));
    } catch (RuntimeException | StackOverflowError e) {
      throw new Failed(reason(e));
    }
  }

  private static String reason(Throwable failure) {
    return failure instanceof JException && failure.getMessage() != null
        ? failure.getMessage()
        : failure.getClass().getSimpleName();
  }

  private static @Nullable Object java(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> map(node);
      case ARRAY -> list(node);
      case STRING -> node.textValue();
      case NUMBER -> node.numberValue();
      case BOOLEAN -> node.booleanValue();
      case NULL, MISSING, BINARY, POJO -> null;
    };
  }

  private static Map<String, @Nullable Object> map(JsonNode object) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    object.properties().forEach(property -> map.put(property.getKey(), java(property.getValue())));
    return map;
  }

  private static List<@Nullable Object> list(JsonNode array) {
    var list = new ArrayList<@Nullable Object>(array.size());
    array.forEach(element -> list.add(java(element)));
    return list;
  }

  private static JsonNode node(@Nullable Object value) throws Failed {
    return switch (value) {
      case null -> NullNode.instance;
      case Map<?, ?> map -> object(map);
      case List<?> list -> array(list);
      case String text -> NODES.textNode(text);
      case Boolean truth -> NODES.booleanNode(truth);
      case Number number -> number(number);
      default -> throw new Failed("it gives a function or a pattern, which is not JSON");
    };
  }

  private static JsonNode object(Map<?, ?> map) throws Failed {
    var object = NODES.objectNode();
    for (var entry : map.entrySet()) {
      object.set(String.valueOf(entry.getKey()), node(entry.getValue()));
    }
    return object;
  }

  private static JsonNode array(List<?> list) throws Failed {
    var array = NODES.arrayNode(list.size());
    for (Object element : list) {
      array.add(node(element));
    }
    return array;
  }

  private static JsonNode number(Number number) throws Failed {
    return switch (number) {
      case Integer small -> NODES.numberNode(small);
      case Long large -> NODES.numberNode(large);
      case BigInteger huge -> NODES.numberNode(huge);
      case BigDecimal exact -> NODES.numberNode(exact);
      default -> finite(number.doubleValue());
    };
  }

  private static JsonNode finite(double number) throws Failed {
    if (!Double.isFinite(number)) {
      throw new Failed("it gives a number that is not finite");
    }
    return NODES.numberNode(number);
  }
}
