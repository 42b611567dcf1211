package io.tidegate.policy;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelException;
import dev.cel.common.CelOptions;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime.Program;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles expressions once, and evaluates them within a bound. */
final class Expressions {
  /** More than any configuration has; a full cache starts again from nothing. */
  private static final int CACHED = 1_000;

  /** Elements that one evaluation may visit with {@code exists}, {@code all}, {@code map}. */
  private static final int ITERATIONS = 10_000;

  private static final int MAX_LENGTH = 4_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .comprehensionMaxIterations(ITERATIONS)
          .maxExpressionCodePointSize(MAX_LENGTH)
          .maxRegexProgramSize(1_000)
          .build();

  private static final MapType OBJECT = MapType.create(SimpleType.STRING, SimpleType.DYN);

  /** A call and its run, true or false. */
  static final Scope RULES =
      new Scope(
          cel ->
              cel.addVar(Variables.TOOL, SimpleType.STRING)
                  .addVar(Variables.ARGS, OBJECT)
                  .addVar(Variables.STATE, OBJECT)
                  .addVar(Variables.STEP, SimpleType.INT)
                  .addVar(Variables.COST_USD, SimpleType.DOUBLE)
                  .addVar(Variables.PRINCIPAL, SimpleType.STRING)
                  .setResultType(SimpleType.BOOL));

  /** A question to a model and its run, true or false. */
  static final Scope ROUTES =
      new Scope(
          cel ->
              cel.addVar(Variables.AGENT, SimpleType.STRING)
                  .addVar(Variables.STEP, SimpleType.INT)
                  .addVar(Variables.INPUT_TOKENS, SimpleType.INT)
                  .addVar(Variables.COST_USD, SimpleType.DOUBLE)
                  .addVar(Variables.STATE, OBJECT)
                  .setResultType(SimpleType.BOOL));

  /** A call's arguments alone, any value. */
  static final Scope KEYS = new Scope(cel -> cel.addVar(Variables.ARGS, OBJECT));

  static final List<Scope> ALL = List.of(RULES, ROUTES, KEYS);

  /**
   * What expressions speak of, and what they may give. It is made when the first one is compiled,
   * as that takes a while and a start needs few.
   */
  static final class Scope {
    private final UnaryOperator<CelBuilder> knowing;
    private @Nullable Cel made;

    private Scope(UnaryOperator<CelBuilder> knowing) {
      this.knowing = knowing;
    }

    private synchronized Cel cel() {
      if (made == null) {
        made = knowing.apply(standard()).build();
      }
      return made;
    }
  }

  private final Scope scope;
  private final Map<String, Compiled> known = new ConcurrentHashMap<>();

  /** What came of an evaluation. */
  sealed interface Result {
    record Value(Object value) implements Result {}

    record Failure(String why) implements Result {}
  }

  /** What a compilation gave: what can be evaluated, or why nothing can. */
  private sealed interface Compiled {
    record Runs(Program program) implements Compiled {}

    record Invalid(String why) implements Compiled {}
  }

  Expressions(Scope scope) {
    this.scope = scope;
  }

  private static CelBuilder standard() {
    return CelFactory.plannerCelBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addCompilerLibraries(CelExtensions.strings())
        .addRuntimeLibraries(CelExtensions.strings());
  }

  static List<String> problems(Scope scope, String expression) {
    try {
      compile(scope, expression);
      return List.of();
    } catch (CelException e) {
      return List.of("is no valid expression: " + sentence(e));
    }
  }

  /** Any failure of the library is a result too: what judges a call must not end its run. */
  Result evaluate(String expression, Map<String, Object> variables) {
    return switch (compiled(expression)) {
      case Compiled.Runs(var program) -> evaluate(program, variables);
      case Compiled.Invalid(var why) -> new Result.Failure(why);
    };
  }

  private static Result evaluate(Program program, Map<String, Object> variables) {
    try {
      return new Result.Value(program.eval(variables));
    } catch (CelException | RuntimeException e) {
      return new Result.Failure(sentence(e));
    }
  }

  private Compiled compiled(String expression) {
    var before = known.get(expression);
    if (before != null) {
      return before;
    }
    var compiled = compiledNow(expression);
    if (known.size() >= CACHED) {
      known.clear();
    }
    known.put(expression, compiled);
    return compiled;
  }

  private Compiled compiledNow(String expression) {
    try {
      return new Compiled.Runs(compile(scope, expression));
    } catch (CelException | RuntimeException e) {
      return new Compiled.Invalid(sentence(e));
    }
  }

  private static Program compile(Scope scope, String expression) throws CelException {
    var cel = scope.cel();
    return cel.createProgram(cel.compile(expression).getAst());
  }

  /** The library's message without the picture of the source under it. */
  private static String sentence(Exception e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> !line.startsWith(" | "))
        .map(line -> line.replaceFirst("^ERROR: <input>:1:", "column "))
        .collect(Collectors.joining("; "));
  }
}
