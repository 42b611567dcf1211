package io.tidegate.app;

import io.tidegate.http.KeySettings;
import io.tidegate.http.KeySettings.Scope;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a key for the API: the key for its user, and its hash for the configuration. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    description = "Makes an API key, and shows it this once, with the line for gateway.yaml.")
final class KeyCommand implements Callable<Integer> {
  /** 256 bits: nobody guesses them, so a hash without salt and stretching keeps the key. */
  private static final int BYTES = 32;

  private static final String PREFIX = "tg_";

  private final RandomGenerator random;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tenant",
      defaultValue = KeySettings.DEFAULT_TENANT,
      description = "Whose sessions it opens. Default: ${DEFAULT-VALUE}")
  private String tenant = "";

  @Option(
      names = "--principal",
      defaultValue = "operator",
      description = "Who uses it; the journal names them. Default: ${DEFAULT-VALUE}")
  private String principal = "";

  @Option(
      names = "--scope",
      split = ",",
      defaultValue = "run,read",
      description = "What it allows: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Set<Scope> scopes = Set.of();

  KeyCommand() {
    this(new SecureRandom());
  }

  KeyCommand(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Integer call() {
    check(KeySettings.validTenant(tenant), "--tenant must be a name: letters, digits, _, - and .");
    check(KeySettings.validPrincipal(principal), "--principal must be 1 to 128 characters");
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    print(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    return 0;
  }

  private void check(boolean holds, String sentence) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), sentence);
    }
  }

  private void print(String key) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("The key, which is shown only now:");
    out.println();
    out.println("    " + key);
    out.println();
    out.println("What the gateway knows of it, under keys in gateway.yaml:");
    out.println();
    out.println("    keys:");
    out.println("      - " + yaml(key));
    out.flush();
  }

  private String yaml(String key) {
    return "{hash: \"%s\", tenant: \"%s\", principal: '%s', scopes: [%s]}"
        .formatted(
            KeySettings.hash(key),
            tenant,
            principal.replace("'", "''").replace("${", "$${"),
            new TreeSet<>(scopes)
                .stream()
                    .map(scope -> scope.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")));
  }
}
