package io.tidegate.jmh;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.tidegate.session.codec.EntryCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The golden log of a session with runs of every kind: folded, written and read, as a whole. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JournalBenchmark {
  private final EntryCodec codec = new EntryCodec();
  private final Map<String, byte[]> blobs = new HashMap<>();
  private List<Entry> entries;
  private List<String> written;

  @Setup
  public void read() throws IOException {
    try (var in = JournalBenchmark.class.getResourceAsStream("/golden/snapshot/log.json")) {
      entries = codec.documents().read(in.readAllBytes()).entries();
    }
    written = entries.stream().map(this::write).toList();
    System.out.println("The log has " + entries.size() + " entries.");
  }

  private String write(Entry entry) {
    var encoded = codec.encode(entry);
    encoded.blobs().forEach(blob -> blobs.put(blob.digest(), blob.bytes()));
    return new String(encoded.json(), StandardCharsets.UTF_8);
  }

  @Benchmark
  public RunState fold() {
    var state = RunState.EMPTY;
    for (var entry : entries) {
      state = state.after(entry);
    }
    return state;
  }

  @Benchmark
  public void encode(Blackhole hole) {
    for (var entry : entries) {
      hole.consume(codec.encode(entry));
    }
  }

  @Benchmark
  public List<Entry> decode() {
    var decoding = codec.decoding();
    for (int i = 0; i < written.size(); i++) {
      decoding.add(entries.get(i).seq(), written.get(i), Long.MAX_VALUE);
    }
    return decoding.finish(blobs);
  }
}
