package io.tidegate.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A client on a bare socket: it sends what it is told, and reads when it is told. */
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /** Sends the head of a request, line by line. */
  void head(String... lines) throws IOException {
    write(String.join("\r\n", lines) + "\r\nHost: x\r\n\r\n");
  }

  void post(String path, String json) throws IOException {
    head(
        "POST " + path + " HTTP/1.1",
        "Content-Type: application/json",
        "Content-Length: " + json.getBytes(UTF_8).length);
    write(json);
  }

  /** Reads up to the end of a response's head. */
  String readHead() throws IOException {
    return readUntil("\r\n\r\n");
  }

  /** Reads until the text comes; ASCII only. */
  String readUntil(String end) throws IOException {
    var read = new StringBuilder();
    while (read.length() < end.length() || read.indexOf(end, read.length() - end.length()) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the server closed after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  /** Reads until the server closes. */
  String readToEnd() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
