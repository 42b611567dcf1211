package io.tidegate.benchmark;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The simulator, a Redis and some gateways, for whoever wants to put load on them. */
public final class Stand implements AutoCloseable {
  private final Lab lab;
  private final House house;
  private final List<URI> gateways;

  private Stand(Lab lab, int gateways) {
    this.lab = lab;
    this.house = lab.house();
    this.gateways = IntStream.range(0, gateways).mapToObj(i -> house.gateway().url()).toList();
  }

  /** Starts all of it; returns when it serves. */
  public static Stand open(int gateways) {
    return new Stand(Lab.open(new Options(Size.FULL, Set.of(), List.of())), gateways);
  }

  /** Where they serve. */
  public List<URI> gateways() {
    return gateways;
  }

  /** What their clients send as {@code Authorization}. */
  public static String authorization() {
    return Api.bearer();
  }

  @Override
  public void close() {
    house.close();
    lab.close();
  }
}
