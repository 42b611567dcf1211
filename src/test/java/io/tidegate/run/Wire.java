package io.tidegate.run;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What connects one process to all that it shares with others; a test can cut it. Operations have
 * names such as {@code Journal.add}.
 */
final class Wire {
  private final Map<String, Promise<Void>> heldBefore = new ConcurrentHashMap<>();
  private final Map<String, Promise<Void>> heldAfter = new ConcurrentHashMap<>();
  private final Map<String, Runnable> before = new ConcurrentHashMap<>();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private volatile @Nullable String last;
  private volatile boolean cut;

  /** Nothing goes through any more. */
  void cut() {
    cut = true;
  }

  /** Nothing goes through any more once that operation has. */
  void cutAfter(String operation) {
    last = operation;
  }

  void mend() {
    cut = false;
    last = null;
  }

  /** That operation is done only after {@link #letGo}. */
  void hold(String operation) {
    heldBefore.put(operation, Promise.promise());
  }

  /** That operation is done, and answered only after {@link #letGo}. */
  void holdAnswers(String operation) {
    heldAfter.put(operation, Promise.promise());
  }

  void letGo(String operation) {
    for (var held : List.of(heldBefore, heldAfter)) {
      var gate = held.remove(operation);
      if (gate != null) {
        gate.complete();
      }
    }
  }

  /** The task is run once, right before that operation is done the next time. */
  void before(String operation, Runnable task) {
    before.put(operation, task);
  }

  /** How often an operation went through. */
  int count(String operation) {
    return counts.getOrDefault(operation, 0);
  }

  <T> T through(Class<T> port, T target) {
    var classes = new Class<?>[] {port};
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            classes,
            (_, method, args) ->
                method.getReturnType() == Future.class
                    ? ask(port.getSimpleName() + "." + method.getName(), target, method, args)
                    : other(target, method, args)));
  }

  private Object ask(String name, Object target, Method method, Object[] args) {
    if (cut) {
      return Future.failedFuture(new Journal.Unavailable("cut off", null));
    }
    var task = before.remove(name);
    if (task != null) {
      task.run();
    }
    var gate = heldBefore.get(name);
    if (gate != null) {
      return gate.future().compose(_ -> called(name, target, method, args));
    }
    var answer = called(name, target, method, args);
    var answered = heldAfter.get(name);
    return answered == null ? answer : answered.future().compose(_ -> answer);
  }

  private Future<?> called(String name, Object target, Method method, Object[] args) {
    counts.merge(name, 1, Integer::sum);
    cut = cut || name.equals(last);
    try {
      return (Future<?>) method.invoke(target, args);
    } catch (IllegalAccessException | InvocationTargetException wrong) {
      throw new AssertionError(wrong);
    }
  }

  private Object other(Object target, Method method, Object[] args) throws Throwable {
    if (target instanceof Replicas replicas && method.getName().equals("hear")) {
      @SuppressWarnings("unchecked")
      var onMessage = (Consumer<Message>) args[1];
      var onGap = (Runnable) args[2];
      return replicas.hear(
          (String) args[0],
          message -> {
            if (!cut) {
              onMessage.accept(message);
            }
          },
          onGap);
    }
    return method.invoke(target, args);
  }
}
