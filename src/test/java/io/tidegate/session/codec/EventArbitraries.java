package io.tidegate.session.codec;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/**
 * Events with arbitrary content, put together from their records: a new type needs nothing here.
 */
final class EventArbitraries {
  private EventArbitraries() {}

  static Arbitrary<Event> events() {
    return ofSealed(Event.class).map(Event.class::cast);
  }

  /** Any text: all of Unicode, halves of surrogate pairs too, now and then a large one. */
  static Arbitrary<String> texts() {
    var small = Arbitraries.strings().ofMaxLength(20);
    var wild =
        Arbitraries.chars()
            .range('\ud7f0', '\ue010')
            .list()
            .ofMaxSize(6)
            .map(EventArbitraries::join);
    var large = Arbitraries.strings().ofMinLength(1).ofMaxLength(8).map(part -> part.repeat(5_000));
    var sly =
        Arbitraries.of("{\"ref\":\"sha256:0\",\"bytes\":1}", "\"", "\\", "\u0000", "null", "😀");
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(12, small),
        net.jqwik.api.Tuple.of(2, wild),
        net.jqwik.api.Tuple.of(1, large),
        net.jqwik.api.Tuple.of(2, sly));
  }

  private static String join(List<Character> chars) {
    var text = new StringBuilder();
    chars.forEach(text::append);
    return text.toString();
  }

  private static Arbitrary<Object> ofSealed(Class<?> type) {
    return Arbitraries.oneOf(
        Arrays.stream(type.getPermittedSubclasses()).map(EventArbitraries::ofClass).toList());
  }

  private static Arbitrary<Object> ofClass(Class<?> type) {
    if (type == String.class) {
      return texts().asGeneric();
    }
    if (type == Json.class) {
      return texts().map(Json::new).asGeneric();
    }
    if (type == long.class || type == Long.class) {
      return Arbitraries.longs().asGeneric();
    }
    if (type == int.class || type == Integer.class) {
      return Arbitraries.integers().asGeneric();
    }
    if (type == double.class) {
      return Arbitraries.doubles().between(0, 1).asGeneric();
    }
    if (type == Double.class) {
      return Arbitraries.doubles().asGeneric();
    }
    if (type == boolean.class) {
      return Arbitraries.of(true, false).asGeneric();
    }
    if (type == Limits.class) {
      return Arbitraries.of(Limits.DEFAULT, SampleEntries.pin().limits()).asGeneric();
    }
    if (type == Fallback.class) {
      return Arbitraries.of(
          new Fallback.Another(SampleEntries.pin()), new Fallback.Answer(Json.NULL, "Sorry."));
    }
    if (type == Contract.Tolerance.class) {
      return Arbitraries.of(Contract.Tolerance.ANY, new Contract.Tolerance(2, 6, 8)).asGeneric();
    }
    if (type.isEnum()) {
      return Arbitraries.of(type.getEnumConstants()).map(Object.class::cast);
    }
    return type.isSealed() ? ofSealed(type) : ofRecord(type);
  }

  private static Arbitrary<Object> ofRecord(Class<?> type) {
    var components = type.getRecordComponents();
    if (components.length == 0) {
      return Arbitraries.create(() -> make(type, List.of()));
    }
    var values =
        Arrays.stream(components)
            .map(component -> ofType(component.getAnnotatedType(), type == Pin.Route.class))
            .toList();
    return Combinators.combine(values).as(parts -> make(type, parts));
  }

  private static Arbitrary<Object> ofType(AnnotatedType type, boolean full) {
    Arbitrary<Object> value =
        type instanceof AnnotatedParameterizedType list
            ? ofType(list.getAnnotatedActualTypeArguments()[0], false)
                .list()
                .ofMinSize(full ? 1 : 0)
                .ofMaxSize(3)
                .asGeneric()
            : ofClass((Class<?>) type.getType());
    return type.isAnnotationPresent(Nullable.class) ? value.injectNull(0.3) : value;
  }

  private static Object make(Class<?> type, List<Object> parts) {
    try {
      return canonical(type).newInstance(parts.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Constructor<?> canonical(Class<?> type) throws NoSuchMethodException {
    var types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType);
    var constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return constructor;
  }
}
