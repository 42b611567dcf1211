package io.tidegate.simulator.ledger;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/** The ledger's requests on disk, one a line. Written and read on worker threads. */
final class LedgerFile {
  private final Vertx vertx;
  private final FileChannel channel;

  private LedgerFile(Vertx vertx, FileChannel channel) {
    this.vertx = vertx;
    this.channel = channel;
  }

  /**
   * Opens the file, and shows every request in it. A last line without its end was never answered,
   * so it is cut off.
   */
  static Future<LedgerFile> open(Vertx vertx, Path path, Consumer<LedgerRequest> seen) {
    return vertx.executeBlocking(
        () -> {
          if (path.toAbsolutePath().getParent() != null) {
            Files.createDirectories(path.toAbsolutePath().getParent());
          }
          var channel =
              FileChannel.open(
                  path,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          channel.position(read(path, seen));
          channel.truncate(channel.position());
          return new LedgerFile(vertx, channel);
        });
  }

  /** Reads all whole lines, and gives where they end. */
  private static long read(Path path, Consumer<LedgerRequest> seen) throws IOException {
    long end = 0;
    try (var in = Files.newBufferedReader(path)) {
      var line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c != '\n') {
          line.append((char) c);
          continue;
        }
        seen.accept(LedgerRequest.of(line.toString()));
        end += line.toString().getBytes(StandardCharsets.UTF_8).length + 1;
        line.setLength(0);
      }
    }
    return end;
  }

  /** Appends the requests; they are the operating system's when the future completes. */
  Future<Void> append(List<LedgerRequest> requests) {
    var lines = Buffer.buffer();
    requests.forEach(request -> lines.appendString(request.line()));
    return vertx.executeBlocking(
        () -> {
          var bytes = ByteBuffer.wrap(lines.getBytes());
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          return null;
        });
  }

  Future<Void> close() {
    return vertx.executeBlocking(
        () -> {
          channel.force(true);
          channel.close();
          return null;
        });
  }
}
