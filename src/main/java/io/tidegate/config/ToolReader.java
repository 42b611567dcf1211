package io.tidegate.config;

import io.tidegate.config.Section.Word;
import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Contract.Tolerance;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.tool.ToolSettings;
import io.tidegate.tool.ToolSettings.Retry;
import io.tidegate.tool.ToolSettings.Target;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one tool: what it promises, and where it is executed. */
final class ToolReader {
  private static final Pattern STATE_PATH = Pattern.compile("[\\w-]+(\\.[\\w-]+)*(\\[])?");

  private static final Contract PROMISES_NOTHING =
      new Contract(
          "",
          "",
          new Json("{\"type\":\"object\"}"),
          SideEffect.WRITE,
          List.of(),
          "",
          "",
          OnUnknown.ASK,
          30_000,
          "");

  private static final Tolerance TOLERANCE = new Tolerance(3, 0, 10);

  /** The defaults of a tool that is not built in. */
  private static final ToolSettings STANDARD =
      new ToolSettings(PROMISES_NOTHING, new Target.BuiltIn(""), 3, 64, "", 256 << 10);

  private final Report report;
  private final Parts parts;
  private final Names names;
  private final Names builtIns;
  private final ToolGuardReader guards;

  ToolReader(Report report, Parts parts, Names names, ToolGuardReader guards) {
    this.report = report;
    this.parts = parts;
    this.names = names;
    this.guards = guards;
    this.builtIns = new Names("built-in tool", parts.builtIns().keySet(), true);
  }

  /** The tool; what its package finds wrong with it is asked only if nothing else is wrong. */
  ToolSettings read(String name, Section tool) {
    int errors = report.errorCount();
    ToolSettings settings = settings(name, tool);
    if (report.errorCount() > errors) {
      return settings;
    }
    parts.toolProblems().apply(settings).forEach(problem -> report.error(tool.at(), problem));
    return report.errorCount() > errors ? settings : parts.sealed().apply(settings);
  }

  private ToolSettings settings(String name, Section tool) {
    ToolSettings base = base(tool);
    var retry = tool.section("retry");
    var limits = Concurrency.limits(tool, base.concurrency());
    var settings = settings(name, tool, base, retry, limits.replica());
    guards.read(name, tool, settings, limits.cluster(), retry);
    return settings;
  }

  private ToolSettings settings(
      String name, Section tool, ToolSettings base, Optional<Section> retry, int concurrency) {
    return new ToolSettings(
        contract(name, tool, base.contract()),
        target(tool, base.target()),
        retry.map(again -> retry(again, base.retry())).orElse(base.retry()),
        concurrency,
        tool.text("transform").orElse(base.transform()),
        tool.size("max-result")
            .check(size -> size <= Integer.MAX_VALUE, "must be less than 2GB")
            .map(Long::intValue)
            .orElse(base.maxResultBytes()));
  }

  /** What holds where the file says nothing; a built-in tool keeps its own promises. */
  private ToolSettings base(Section tool) {
    if (tool.has("http") == tool.has("builtin")) {
      report.error(tool.at(), "must have either http or builtin");
    }
    String builtIn = tool.text("builtin").orElse("");
    if (!builtIn.isEmpty()) {
      builtIns.mustHold(builtIn, tool.at("builtin"), report);
    }
    return parts.builtIns().getOrDefault(builtIn, STANDARD);
  }

  private Target target(Section tool, Target base) {
    var reader = new HttpToolReader(report);
    var arguments = tool.keys("input", "properties");
    return tool.section("http").map(http -> (Target) reader.read(http, arguments)).orElse(base);
  }

  private Contract contract(String name, Section tool, Contract base) {
    return new Contract(
        name,
        tool.text("description").orElse(base.description()),
        tool.schema("input")
            .check(_ -> tool.describesObject("input"), "must describe an object: type: object")
            .orElse(base.input()),
        tool.choice("effect", SideEffect.class).orElse(base.effect()),
        after(tool),
        tool.text("exclusive").verify(parts.keyProblems()).orElse(base.exclusive()),
        tool.text("touches").verify(parts.keyProblems()).orElse(base.touches()),
        tool.choice("on-unknown", OnUnknown.class).orElse(base.onUnknown()),
        tool.duration("timeout").orElse(base.timeoutMs()),
        "",
        tool.text("into")
            .check(
                path -> STATE_PATH.matcher(path).matches(),
                "must be a dotted path such as invoices.open, or invoices[] to append")
            .orElse(base.into()),
        base.byPeople(),
        tool.flag("critical").orElse(base.critical()),
        tool.section("failures").map(ToolReader::tolerance).orElse(tolerance(tool, base)),
        tool.usd("price").orElse(base.price()));
  }

  /** A built-in tool's errors are the model's own, which reads them anyway. */
  private static Tolerance tolerance(Section tool, Contract base) {
    return tool.has("builtin") ? base.tolerance() : TOLERANCE;
  }

  private static Tolerance tolerance(Section failures) {
    int of = failures.integer("of", 1, Tolerance.MOST).orElse(TOLERANCE.of());
    var warn = failures.integer("warn", 0, Tolerance.MOST);
    var disable = failures.integer("disable", 0, Tolerance.MOST);
    var sentence = "must be no more than failures.of, which is " + of;
    return new Tolerance(
        Math.min(of, warn.check(count -> count <= of, sentence).orElse(TOLERANCE.warn())),
        Math.min(of, disable.check(count -> count <= of, sentence).orElse(TOLERANCE.disable())),
        of);
  }

  private List<String> after(Section tool) {
    List<Word> after = tool.words("after");
    after.forEach(word -> names.mustHold(word.text(), word.at(), report));
    return after.stream().map(Word::text).distinct().toList();
  }

  private static Retry retry(Section retry, Retry base) {
    long delay = retry.duration("delay").orElse(base.delayMs());
    return new Retry(
        retry.integer("attempts", 1, 10).orElse(base.attempts()),
        delay,
        retry
            .duration("max-delay")
            .check(max -> max >= delay, "must be no less than retry.delay")
            .orElse(Math.max(delay, base.maxDelayMs())));
  }
}
