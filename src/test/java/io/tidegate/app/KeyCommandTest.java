package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.config.Config;
import io.tidegate.http.KeySettings;
import io.tidegate.http.KeySettings.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KeyCommandTest {
  private static final Pattern KEY = Pattern.compile("tg_[A-Za-z0-9_-]{43}");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int key(String... arguments) {
    return new CommandLine(new KeyCommand(new Random(1)))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  /** What the gateway reads of the lines that were printed. */
  private KeySettings.Key pasted() throws IOException {

    var yaml = out.toString();
    Files.writeString(
        folder.resolve("gateway.yaml"), yaml.substring(yaml.indexOf("    keys:")) + "\n");
    return Config.load(folder, Map.of(), Serve.parts()).http().keys().all().getFirst();
  }

  private String printed() {
    var key = KEY.matcher(out.toString());
    assertThat(key.find()).as("%s", out).isTrue();
    return key.group();
  }

  @Test
  void whatIsPrintedIsWhatTheGatewayReads() throws IOException {
    assertThat(key("--tenant", "acme", "--principal", "Jo's ${bot}: #1", "--scope", "run,approve"))
        .isZero();
    assertThat(pasted())
        .isEqualTo(
            new KeySettings.Key(
                KeySettings.hash(printed()),
                "acme",
                "Jo's ${bot}: #1",
                Set.of(Scope.RUN, Scope.APPROVE)));
  }

  @Test
  void keyIsPrintedOnce() {
    assertThat(key()).isZero();
    assertThat(KEY.matcher(out.toString()).results()).hasSize(1);
  }

  @Test
  void withoutOptionsItIsTheOperatorsToRunAndRead() throws IOException {
    key();
    assertThat(pasted())
        .isEqualTo(
            new KeySettings.Key(
                KeySettings.hash(printed()), "default", "operator", Set.of(Scope.RUN, Scope.READ)));
  }

  @Test
  void whatTheGatewayWouldNotReadIsRefused() {
    assertThat(key("--tenant", "a b")).isEqualTo(2);
    assertThat(key("--principal", " ")).isEqualTo(2);
    assertThat(key("--scope", "write")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--tenant must be", "--principal must be", "write");
  }
}
