package io.tidegate.run;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Draws that come out the same for the same text, on every replica and after every start. */
public final class Draw {
  private Draw() {}

  /** A number above 0 and below 1 that looks random. */
  public static double fraction(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    // A checksum of similar texts is similar: the finalizer of MurmurHash3 mixes it.
    long mixed = crc.getValue() * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    mixed ^= mixed >>> 33;
    return ((mixed >>> 11) + 0.5) / (1L << 53);
  }
}
