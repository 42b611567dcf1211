package io.tidegate.session.codec;

import io.tidegate.loop.Pin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pins last written or read: thousands of runs share a few, and each is written, digested and
 * parsed once. Any thread may use it.
 */
final class PinCache {
  private final Map<Pin, Blob> blobs;
  private final Map<String, Pin> pins;

  PinCache(int capacity) {
    this.blobs = lastUsed(capacity);
    this.pins = lastUsed(capacity);
  }

  synchronized Blob blob(Pin pin, Function<Pin, Blob> write) {
    var blob = blobs.get(pin);
    if (blob == null) {
      blob = write.apply(pin);
      blobs.put(pin, blob);
      pins.put(blob.digest(), pin);
    }
    return blob;
  }

  synchronized @Nullable Pin find(String digest) {
    return pins.get(digest);
  }

  synchronized void keep(String digest, Pin pin) {
    pins.put(digest, pin);
  }

  private static <K, V> Map<K, V> lastUsed(int capacity) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > capacity;
      }
    };
  }
}
