package io.tidegate.session.bundled;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** Where the bundled Redis listens, for this gateway alone. */
sealed interface Address {

  /** A socket in the data folder, which only its owner may open. */
  record Unix(Path path) implements Address {
    /** What the operating systems that have such sockets take (Linux 107, macOS 103). */
    private static final int LENGTH_MAX = 103;

    boolean fits() {
      return path.toString().getBytes(StandardCharsets.UTF_8).length <= LENGTH_MAX;
    }

    @Override
    public SocketAddress socket() {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    public String url() {
      return "unix" + path.toUri().toString().substring("file".length());
    }

    @Override
    public List<String> settings() {
      return List.of("port 0", "unixsocket " + RedisConf.SOCKET, "unixsocketperm 700");
    }
  }

  /** A port of the loopback interface, behind a password that nobody else knows. */
  record Tcp(int port, String password) implements Address {

    @Override
    public SocketAddress socket() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public String url() {
      return "redis://:"
          + password
          + "@"
          + InetAddress.getLoopbackAddress().getHostAddress()
          + ":"
          + port;
    }

    @Override
    public List<String> settings() {
      return List.of(
          "bind " + InetAddress.getLoopbackAddress().getHostAddress(),
          "port " + port,
          "requirepass " + password);
    }
  }

  SocketAddress socket();

  /** The address as Vert.x's Redis client takes it. */
  String url();

  /** Lines of {@code redis.conf}. */
  List<String> settings();

  /** A socket in the folder, or a port if its path is too long for one. */
  static Address in(Path folder) throws IOException {
    var socket = new Unix(folder.resolve(RedisConf.SOCKET));
    return socket.fits() ? socket : freePort();
  }

  static Tcp freePort() throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Tcp(probe.getLocalPort(), password());
    }
  }

  private static String password() {
    var bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
