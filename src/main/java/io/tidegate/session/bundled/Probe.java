package io.tidegate.session.bundled;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Asks a starting Redis whether it serves. */
final class Probe {
  private final Address address;

  Probe(Address address) {
    this.address = address;
  }

  /** What it says. */
  enum Answer {
    /** It serves. */
    READY,
    /** It reads its files. */
    LOADING,
    /** Nobody answers. */
    NONE
  }

  Answer ask() {
    try (var channel = SocketChannel.open(address.socket())) {
      channel.write(ByteBuffer.wrap(request().getBytes(StandardCharsets.UTF_8)));
      return answer(read(channel));
    } catch (IOException _) {
      return Answer.NONE;
    }
  }

  private String request() {
    return switch (address) {
      case Address.Unix _ -> "PING\r\nQUIT\r\n";
      case Address.Tcp(_, var password) -> "AUTH " + password + "\r\nPING\r\nQUIT\r\n";
    };
  }

  /** All that it says until it hangs up. */
  private static String read(SocketChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(1024);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // more may come
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  private static Answer answer(String said) {
    if (said.contains("+PONG")) {
      return Answer.READY;
    }
    return said.contains("-LOADING") ? Answer.LOADING : Answer.NONE;
  }
}
