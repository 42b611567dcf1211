package io.tidegate.session.bundled;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps a data folder to one gateway. The operating system lifts it when the process ends. */
final class FolderLock implements AutoCloseable {
  private static final String FILE = "gateway.lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks the folder.
   *
   * @throws StartException if another gateway has it
   */
  static FolderLock on(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    var channel = FileChannel.open(file, CREATE, READ, WRITE);
    if (!tryLock(channel)) {
      channel.close();
      throw StartException.inUse(folder, holder(file));
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(bytes(Long.toString(ProcessHandle.current().pid()))));
    return new FolderLock(channel);
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static String holder(Path file) throws IOException {
    var pid = Files.readString(file).strip();
    return pid.isEmpty() ? "unknown" : pid;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
