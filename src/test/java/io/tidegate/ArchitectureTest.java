package io.tidegate;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The arrows between packages: what each may import, and why. They point inward. */
@AnalyzeClasses(packages = "io.tidegate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.tidegate";

  private static final List<String> PURE_RING = List.of("conversation", "wave", "loop");

  /** A new package gets its row here and its rule below. */
  private static final Set<String> PACKAGES =
      Set.of(
          "conversation",
          "wave",
          "loop",
          "run",
          "model",
          "tool",
          "guard",
          "policy",
          "session",
          "stream",
          "hook",
          "http",
          "meter",
          "config",
          "app",
          "simulator");

  private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");
  private static final List<String> LOGGING = List.of("org.slf4j..");
  private static final List<String> VERTX_CORE = List.of("io.vertx.core..");
  private static final List<String> VERTX = List.of("io.vertx..");

  private static final List<String> PURE_JAVA = List.of("java..", "org.jspecify..");
  private static final List<String> SHELL_JAVA = join(PURE_JAVA, List.of("javax.."), LOGGING);
  private static final List<String> RUN_RING =
      join(SHELL_JAVA, VERTX_CORE, ours("conversation", "wave", "loop", "run"));

  // The pure ring.

  @ArchTest
  static final ArchRule conversationImportsJavaOnly =
      only("conversation", PURE_JAVA)
          .because("the words are what every other package speaks, so they may know none of them");

  @ArchTest
  static final ArchRule waveImportsConversation =
      only("wave", join(PURE_JAVA, ours("conversation")))
          .because("which calls may run together follows from the calls and their contracts alone");

  @ArchTest
  static final ArchRule loopImportsConversationAndWave =
      only("loop", join(PURE_JAVA, ours("conversation", "wave")))
          .because("a replica that takes over must compute the same from the same events");

  @ArchTest
  static final ArchRule pureRingIsDeterministic =
      noClasses()
          .that()
          .resideInAnyPackage(PURE_RING.stream().map(ArchitectureTest::our).toArray(String[]::new))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.io..", "java.net.http..", "java.nio.file..", "java.util.concurrent..")
                  .or(
                      named(
                          "java.time.Clock",
                          "java.lang.Thread",
                          "java.util.Random",
                          "java.security.SecureRandom"))
                  .or(resideInAnyPackage("java.util.random..")))
          .orShould()
          .callMethodWhere(
              describe(
                  "it reads a clock, randomness or the environment",
                  call -> readsTheWorld(call.getTarget())))
          .allowEmptyShould(true)
          .because("what a clock, randomness or a file says is a fact in the journal, not folded");

  // The shell's core.

  @ArchTest
  static final ArchRule runImportsThePureRingAndVertxCore =
      only("run", RUN_RING)
          .because("it owns the ports, so it may know no adapter and no adapter's library");

  // The adapters: siblings, which never import each other but for two arrows.

  @ArchTest
  static final ArchRule modelImports =
      only("model", join(RUN_RING, VERTX, JACKSON))
          .because("a provider is reached by HTTP and JSON; no session or policy depends on which");

  @ArchTest
  static final ArchRule toolImports =
      only(
              "tool",
              join(
                  RUN_RING,
                  VERTX,
                  JACKSON,
                  List.of("com.networknt..", "com.dashjoin..", "org.erdtman.jcs..")))
          .because("a tool is found, checked and called; who allowed the call is not its business");

  @ArchTest
  static final ArchRule guardImports =
      only("guard", join(RUN_RING, List.of("io.github.resilience4j..")))
          .because("guards wrap ports, so the same guard fits a model and a tool");

  @ArchTest
  static final ArchRule policyImports =
      only("policy", join(RUN_RING, List.of("dev.cel..")))
          .because("rules judge what the ports show them, and have no effects of their own");

  @ArchTest
  static final ArchRule sessionImports =
      only("session", join(RUN_RING, JACKSON, List.of("io.vertx.redis.client..")))
          .because("only this package knows that the journal is in Redis");

  @ArchTest
  static final ArchRule streamImports =
      only("stream", join(RUN_RING, List.of("com.fasterxml.jackson.core..")))
          .because("back pressure is the same over SSE and WebSocket: it knows neither");

  @ArchTest
  static final ArchRule hookImports =
      only("hook", RUN_RING)
          .because(
              "it posts what others word, and knows neither Redis nor what an event looks like");

  @ArchTest
  static final ArchRule httpImports =
      only(
              "http",
              join(
                  RUN_RING,
                  ours("stream"),
                  JACKSON,
                  List.of("io.vertx.ext..", "io.netty.handler.codec..")))
          .because("the front door talks to ports, and sends no faster than a client reads");

  @ArchTest
  static final ArchRule meterImports =
      only(
              "meter",
              join(
                  RUN_RING,
                  ours("guard"),
                  List.of("io.micrometer..", "io.prometheus..", "io.opentelemetry..")))
          .because(
              "it turns events of runs and guards into numbers; what it measures knows nothing of"
                  + " it");

  // The rim.

  @ArchTest
  static final ArchRule configImportsSettingsOnly =
      classes()
          .that()
          .resideInAPackage(our("config"))
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      array(join(RUN_RING, ours("config"), List.of("org.yaml.snakeyaml.."))))
                  .or(settings()))
          .allowEmptyShould(true)
          .because("settings records live beside their user; reading them needs no behaviour");

  @ArchTest
  static final ArchRule onlyAppKnowsApp =
      noClasses()
          .that()
          .resideOutsideOfPackage(our("app"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(our("app"))
          .allowEmptyShould(true)
          .because("wiring happens in one place, and nothing may reach back into it");

  @ArchTest
  static final ArchRule simulatorStandsAlone =
      only("simulator", join(SHELL_JAVA, VERTX, JACKSON, List.of("com.dashjoin..")))
          .because("it speaks the real wire formats; sharing our codecs would hide their errors");

  @ArchTest
  static final ArchRule onlyAppKnowsTheSimulator =
      noClasses()
          .that()
          .resideOutsideOfPackages(our("app"), our("simulator"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(our("simulator"))
          .allowEmptyShould(true)
          .because(
              "the product must not notice whether it speaks to the simulator or to the world");

  // All packages.

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching(ROOT + ".(**)")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .because("packages in a knot can only be read, tested and changed together");

  @ArchTest
  static void everyPackageHasItsRow(JavaClasses classes) {
    Set<String> found =
        classes.stream()
            .map(ArchitectureTest::topPackage)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(PACKAGES)
        .as("a package without a row escapes the rules of this test")
        .containsAll(found);
  }

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    Set<String> unmarked =
        classes.stream()
            .map(JavaClass::getPackage)
            .filter(found -> !found.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unmarked)
        .as("packages without @NullMarked in their package-info.java escape NullAway")
        .isEmpty();
  }

  private static ArchRule only(String name, List<String> allowed) {
    return classes()
        .that()
        .resideInAPackage(our(name))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(array(join(ours(name), allowed)))
        .allowEmptyShould(true);
  }

  /** A record named {@code …Settings}, the provider's, or a type nested in one. */
  private static DescribedPredicate<JavaClass> settings() {
    return describe(
        "are settings records",
        found ->
            found.getPackageName().startsWith(ROOT + ".")
                && (outermost(found).getSimpleName().endsWith("Settings")
                    || outermost(found).getName().equals(ROOT + ".model.Provider")));
  }

  private static JavaClass outermost(JavaClass found) {
    return found.getEnclosingClass().map(ArchitectureTest::outermost).orElse(found);
  }

  private static boolean readsTheWorld(AccessTarget.MethodCallTarget target) {
    String owner = target.getOwner().getName();
    String method = target.getName();
    return switch (owner) {
      case "java.lang.System" ->
          Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty").contains(method);
      case "java.lang.Math" -> method.equals("random");
      case "java.util.UUID" -> method.equals("randomUUID");
      default -> owner.startsWith("java.time.") && method.equals("now");
    };
  }

  private static DescribedPredicate<JavaClass> named(String... names) {
    Set<String> wanted = Set.of(names);
    return describe("are any of " + wanted, found -> wanted.contains(found.getName()));
  }

  private static String topPackage(JavaClass found) {
    String inner = found.getPackageName().substring(ROOT.length());
    return inner.isEmpty() ? "(root)" : inner.substring(1).split("\\.", 2)[0];
  }

  private static String our(String name) {
    return ROOT + "." + name + "..";
  }

  private static List<String> ours(String... names) {
    return Stream.of(names).map(ArchitectureTest::our).toList();
  }

  @SafeVarargs
  private static List<String> join(List<String>... lists) {
    List<String> all = new ArrayList<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  private static String[] array(List<String> list) {
    return list.toArray(String[]::new);
  }
}
