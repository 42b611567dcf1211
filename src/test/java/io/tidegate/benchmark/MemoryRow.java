package io.tidegate.benchmark;

import java.util.List;
import java.util.Locale;

/** The memory of runs that stream, each with a transcript of 2 KB. */
final class MemoryRow implements Row {
  private static final double LIMIT_KB = 30;

  /** The model says 560 characters to it. */
  private static final String INPUT = "Please hold the line. ".repeat(68);

  /** Of the files that a gateway may have open, those that are not for streams. */
  private static final int OTHER_FILES = 600;

  /** A client's connection, and one to the model. */
  private static final int FILES_A_STREAM = 2;

  /** Of runs that warm a gateway up, a second. */
  private static final double RATE = 20;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    int possible = (Machine.openFilesMax() - OTHER_FILES) / FILES_A_STREAM;
    int streams = Math.min(lab.size().streams(), possible);
    try (var house = lab.house()) {
      var gateway = house.gateway(Memory.FLAGS);
      warmUp(lab, gateway);
      var none = Memory.of(gateway.pid());
      try (var clients = new OpenStreams(lab.vertx(), gateway.url())) {
        clients.open(streams, "holder", INPUT);
        var more = Memory.of(gateway.pid()).minus(none);
        gateway.child().kill();
        return List.of(
            Figure.atMost(
                name(),
                "memory of a streaming run, of %,d".formatted(streams),
                more.all() / 1024.0 / streams,
                LIMIT_KB,
                "KB"),
            Figure.told(
                name(),
                "  heap and direct; direct of none, which streams may fill first",
                String.format(
                    Locale.ROOT,
                    "%.1f KB and %.1f KB; %.1f MB",
                    more.heap() / 1024.0 / streams,
                    more.direct() / 1024.0 / streams,
                    none.direct() / 1024.0 / 1024)));
      }
    }
  }

  /** What is kept for all runs together is to be there before one is counted. */
  static void warmUp(Lab lab, Served gateway) {
    try (var load = new Load(lab.vertx(), gateway.url())) {
      var size = lab.size();
      load.at(size.gently(RATE), size.warmSeconds(), Contest.AGENT, Contest.INPUT);
    }
  }
}
