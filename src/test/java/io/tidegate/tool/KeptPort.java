package io.tidegate.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port on which nobody listens and that nobody else gets: it is bound, so that neither another
 * server nor an outgoing connection is given it, while a server that sets {@code SO_REUSEADDR} may
 * still listen there.
 */
final class KeptPort implements AutoCloseable {
  private final Socket holder = new Socket();

  KeptPort() {
    try {
      holder.setReuseAddress(true);
      holder.bind(new InetSocketAddress("127.0.0.1", 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int number() {
    return holder.getLocalPort();
  }

  @Override
  public void close() {
    try {
      holder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
