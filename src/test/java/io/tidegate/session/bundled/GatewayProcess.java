package io.tidegate.session.bundled;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another Java process that holds a bundled Redis until it is killed. */
final class GatewayProcess {
  private final Process process;

  private GatewayProcess(Process process) {
    this.process = process;
  }

  /** Starts it, and returns when its Redis serves. */
  static GatewayProcess on(Path folder) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                GatewayProcess.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var line = out.readLine();
    if (!"ready".equals(line)) {
      throw new IOException("the other gateway said " + line);
    }
    return new GatewayProcess(process);
  }

  long pid() {
    return process.pid();
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public static void main(String[] args) throws Exception {
    BundledRedis.start(Path.of(args[0]));
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }
}
