package io.tidegate.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What Redis knows of a session that does not come to rest: its record, its places, who lives. */
final class Standing {
  private static final int SILENCE_MS = 500;

  private Standing() {}

  /** In Redis's own words, one command after the other. */
  static String of(String redis, String session) {
    var uri = URI.create(redis);
    var root = session.contains(".") ? session.substring(0, session.indexOf('.')) : session;
    var member = "default/" + session;
    try (var socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(SILENCE_MS);
      return ask(socket, "TIME")
          + ask(socket, "HGETALL tg:{default:%s}:%s:meta".formatted(root, session))
          + ask(socket, "HGET tg:{gateway}:places " + member)
          + ask(socket, "ZRANGE tg:{gateway}:line 0 -1 WITHSCORES")
          + ask(socket, "ZRANGE tg:{gateway}:taken 0 -1 WITHSCORES")
          + ask(socket, "ZRANGE tg:{gateway}:living 0 -1 WITHSCORES")
          + ask(socket, "ZRANGE tg:{gateway}:dead 0 -1 WITHSCORES")
          + ask(socket, "ZSCORE tg:alarms " + member)
          + ask(socket, "HGETALL tg:{gateway}:totals");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ask(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    var answer = new ByteArrayOutputStream();
    var buffer = new byte[1 << 16];
    try {
      for (int read; (read = socket.getInputStream().read(buffer)) > 0; ) {
        answer.write(buffer, 0, read);
      }
    } catch (SocketTimeoutException _) {
      // Redis has said all.
    }
    return "\n> " + command + "\n" + answer.toString(StandardCharsets.UTF_8).replace("\r\n", " ");
  }
}
