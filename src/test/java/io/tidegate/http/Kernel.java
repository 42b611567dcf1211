package io.tidegate.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What Linux holds of a TCP connection over loopback, on its way or unread. */
final class Kernel {
  private Kernel() {}

  /** Bytes that the server has sent and the client has not read. */
  static long holds(Socket client) {
    return queues(client.getPort(), client.getLocalPort(), 0)
        + queues(client.getLocalPort(), client.getPort(), 1);
  }

  /** The send queue (0) or the receive queue (1) of the socket between two ports. */
  private static long queues(int local, int remote, int which) {
    return sockets()
        .filter(columns -> columns.get(1).endsWith(port(local)))
        .filter(columns -> columns.get(2).endsWith(port(remote)))
        .mapToLong(columns -> Long.parseLong(columns.get(4).split(":", -1)[which], 16))
        .sum();
  }

  private static String port(int port) {
    return String.format(Locale.ROOT, ":%04X", port);
  }

  private static Stream<List<String>> sockets() {
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .flatMap(file -> lines(Path.of(file)).stream().skip(1))
        .map(line -> List.of(line.strip().split("\\s+", -1)));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
