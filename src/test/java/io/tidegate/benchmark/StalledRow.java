package io.tidegate.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Clients that follow live streams and do not read, and what others notice of them. */
final class StalledRow implements Row {
  private static final double LIMIT_KB = 64;

  /** Less than one in ten is what two measurements of the same differ by. */
  private static final double SLOWER = 1.1;

  private static final double OTHERS_PER_SECOND = 25;
  private static final int READERS_OF_A_STREAM = 50;

  private static final int SMALL_BUFFER = 4_096;

  @Override
  public String name() {
    return "stalled";
  }

  /** The streams without readers, and with them. */
  private record Side(Sample others, Memory memory) {}

  @Override
  public List<Figure> measure(Lab lab) {
    int readers = lab.size().readers();
    try (var house = lab.house()) {
      var gateway = house.gateway(Memory.FLAGS);
      MemoryRow.warmUp(lab, gateway);
      var without = side(lab, gateway, 0);
      var with = side(lab, gateway, readers);
      return List.of(
          Figure.atMost(
              name(),
              "memory of a reader that stalls, of %,d".formatted(readers),
              with.memory.minus(without.memory).all() / 1024.0 / readers,
              LIMIT_KB,
              "KB"),
          slower("p50", with.others.p50Ms() / without.others.p50Ms()),
          slower("p99", with.others.p99Ms() / without.others.p99Ms()),
          Figure.told(
              name(),
              "  others without and with them, p50 and p99",
              String.format(
                  Locale.ROOT,
                  "%.0f and %.0f ms, %.0f and %.0f ms",
                  without.others.p50Ms(),
                  without.others.p99Ms(),
                  with.others.p50Ms(),
                  with.others.p99Ms())));
    }
  }

  private Figure slower(String percentile, double ratio) {
    return Figure.atMost(name(), "time of others, " + percentile, ratio, SLOWER, "×");
  }

  private static Side side(Lab lab, Served gateway, int readers) {
    var sockets = new ArrayList<Socket>();
    var size = lab.size();
    int streams = Math.max(1, size.readers() / READERS_OF_A_STREAM);
    // At 10 KB a second and reader all buffers on the way are full by then.
    int stallSeconds = 1 + size.seconds() / 3;
    int seconds = stallSeconds + size.seconds();
    try (var api = new Api(gateway.url());
        var load = new Load(lab.vertx(), gateway.url())) {
      var floods =
          Crew.each(
              Collections.nCopies(streams, Integer.toString(seconds)),
              input -> BackgroundRun.begin(api, "flood", input));
      for (int i = 0; i < readers; i++) {
        sockets.add(stalled(gateway, floods.get(i % streams).session()));
      }
      Interrupted.pause(stallSeconds * 1_000L);
      var others =
          load.at(size.gently(OTHERS_PER_SECOND), size.seconds(), Contest.AGENT, Contest.INPUT)
              .sound("beside stalled readers");
      var memory = Memory.of(gateway.pid());
      floods.forEach(flood -> flood.rest(api));
      return new Side(others, memory);
    } finally {
      sockets.forEach(StalledRow::close);
    }
  }

  /** A connection that asks for a session's events and never reads one. */
  private static Socket stalled(Served gateway, String session) {
    try {
      var socket = new Socket();
      socket.setReceiveBufferSize(SMALL_BUFFER);
      socket.connect(new InetSocketAddress(gateway.url().getHost(), gateway.url().getPort()));
      var request =
          "GET /v1/sessions/%s/events HTTP/1.1\r\nHost: gateway\r\nAuthorization: %s\r\n\r\n"
              .formatted(session, Api.bearer());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone.
    }
  }
}
