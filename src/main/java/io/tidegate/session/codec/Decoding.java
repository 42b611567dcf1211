package io.tidegate.session.codec;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Pin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Decodes entries that were read together: add them all, fetch the blobs they want, and finish.
 * Each blob is wanted once, and a pin that is known already is not.
 */
public final class Decoding {
  /** Within a JSON string, the quotes of such a text would be escaped: only references match. */
  private static final Pattern REFERENCE =
      Pattern.compile("\\{\"ref\":\"([^\"]+)\",\"bytes\":(\\d+)}");

  private final EntryCodec codec;
  private final List<Stored> entries = new ArrayList<>();
  private final Map<String, Pin> pins = new HashMap<>();
  private final Set<String> wanted = new LinkedHashSet<>();
  private long bytes;

  Decoding(EntryCodec codec) {
    this.codec = codec;
  }

  private record Stored(long seq, String json) {}

  /** A reference to a blob. */
  private record Reference(String digest, long bytes) {}

  /**
   * Takes an entry, unless it and the blobs that it needs would make more than that many bytes
   * together with those before; the first is always taken.
   */
  public boolean add(long seq, String json, long maxBytes) {
    var needed = references(json).stream().filter(this::needed).toList();
    long size = json.length() + needed.stream().mapToLong(Reference::bytes).sum();
    if (!entries.isEmpty() && bytes + size > maxBytes) {
      return false;
    }
    bytes += size;
    entries.add(new Stored(seq, json));
    needed.forEach(reference -> wanted.add(reference.digest()));
    return true;
  }

  /** A pin that is known is kept from here on: the cache may forget it. */
  private boolean needed(Reference reference) {
    var pin = codec.pins().find(reference.digest());
    if (pin != null) {
      pins.put(reference.digest(), pin);
    }
    return pin == null && !wanted.contains(reference.digest());
  }

  /** The digests of the blobs that an entry refers to. */
  public static List<String> digests(String json) {
    return references(json).stream().map(Reference::digest).toList();
  }

  private static List<Reference> references(String json) {
    return json.contains("{\"ref\":\"")
        ? REFERENCE.matcher(json).results().map(Decoding::reference).toList()
        : List.of();
  }

  private static Reference reference(MatchResult match) {
    return new Reference(match.group(1), Long.parseLong(match.group(2)));
  }

  /** The digests of the blobs to fetch. */
  public Set<String> wanted() {
    return Collections.unmodifiableSet(wanted);
  }

  /**
   * The entries.
   *
   * @param blobs the content of each blob that is {@link #wanted}
   * @throws FormatException if an entry can't be read, or a blob is missing
   */
  public List<Entry> finish(Map<String, byte[]> blobs) {
    var found = new Found(codec, pins, blobs);
    return entries.stream().map(entry -> codec.entry(entry.seq(), entry.json(), found)).toList();
  }

  /** The blobs as they were fetched, and the pins among them as they were parsed. */
  private record Found(EntryCodec codec, Map<String, Pin> pins, Map<String, byte[]> blobs)
      implements Fields.Blobs {

    @Override
    public String text(String digest) {
      var bytes = blobs.get(digest);
      if (bytes == null) {
        throw FormatException.broken("blob " + digest, "it is missing");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public Pin pin(String digest) {
      return pins.computeIfAbsent(digest, _ -> codec.pin(digest, text(digest)));
    }
  }
}
