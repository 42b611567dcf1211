package io.tidegate.simulator.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.scenario.Answer.Call;
import io.tidegate.simulator.web.Jsons;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls that a rule makes. */
sealed interface Calls {
  List<Call> made(Map<String, Object> view, Map<String, @Nullable Object> names);

  static Calls of(@Nullable JsonNode file) {
    if (file == null) {
      return new Listed(List.of());
    }
    if (file.isTextual()) {
      return new Computed(new Expression(file.textValue()));
    }
    var listed = new ArrayList<One>();
    file.forEach(call -> listed.add(One.of(call)));
    return new Listed(listed);
  }

  /** Calls that the file lists. */
  record Listed(List<One> calls) implements Calls {
    @Override
    public List<Call> made(Map<String, Object> view, Map<String, @Nullable Object> names) {
      return calls.stream().map(call -> call.made(view, names)).toList();
    }
  }

  /** Calls that an expression gives. */
  record Computed(Expression expression) implements Calls {
    @Override
    public List<Call> made(Map<String, Object> view, Map<String, @Nullable Object> names) {
      var value = expression.value(view, names);
      return switch (value) {
        case null -> List.of();
        case List<?> list -> list.stream().map(Computed::call).toList();
        default -> List.of(call(value));
      };
    }

    private static Call call(@Nullable Object value) {
      if (value instanceof Map<?, ?> map && map.get("tool") instanceof String tool) {
        var args = map.get("args");
        return new Call(
            tool, args == null ? "{}" : args instanceof String s ? s : Jsons.text(args));
      }
      throw new IllegalArgumentException(
          "A call must be an object with a tool and its args, was %s."
              .formatted(Jsons.text(value)));
    }
  }

  /** One call that the file lists, its arguments literal or computed. */
  record One(String tool, String literal, @Nullable Expression computed) {
    static One of(JsonNode call) {
      var tool = call.path("tool");
      if (!tool.isTextual()) {
        throw new IllegalArgumentException("A call needs its tool's name, was %s.".formatted(call));
      }
      var args = call.path("args");
      return args.isTextual()
          ? new One(tool.textValue(), "", new Expression(args.textValue()))
          : new One(tool.textValue(), args.isObject() ? args.toString() : "{}", null);
    }

    Call made(Map<String, Object> view, Map<String, @Nullable Object> names) {
      return new Call(tool, computed == null ? literal : Jsons.text(computed.value(view, names)));
    }
  }
}
