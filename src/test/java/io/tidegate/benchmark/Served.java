package io.tidegate.benchmark;

import java.net.URI;

/**
 * A process that serves.
 *
 * @param management where a gateway tells about itself; its own address for other processes
 */
record Served(Child child, URI url, URI management) implements AutoCloseable {
  long pid() {
    return child.pid();
  }

  @Override
  public void close() {
    child.close();
  }
}
