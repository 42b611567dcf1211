package io.tidegate.model.sse;

import java.util.Arrays;

/** A growing run of bytes that may be read in place. */
final class Bytes {
  private byte[] array = new byte[0];
  private int length;

  byte[] array() {
    return array;
  }

  int length() {
    return length;
  }

  void append(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, array, length, end - start);
    length += end - start;
  }

  void append(byte value) {
    reserve(1);
    array[length++] = value;
  }

  /** Keeps only what stands from that position on. */
  void dropBefore(int start) {
    System.arraycopy(array, start, array, 0, length - start);
    length -= start;
  }

  void clear() {
    length = 0;
  }

  private void reserve(int more) {
    if (array.length - length < more) {
      int wanted = Math.max(length + more, array.length * 2);
      array = Arrays.copyOf(array, Math.max(256, wanted));
    }
  }
}
