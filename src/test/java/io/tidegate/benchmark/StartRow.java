package io.tidegate.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long a gateway takes from the start of its process until it is ready, in seconds. */
final class StartRow implements Row {
  private static final double LIMIT_S = 1.5;
  private static final double CACHED_LIMIT_S = 0.7;

  /** A few runs, so that their classes are in the cache too. */
  private static final double TRAINING_RATE = 5;

  private static final double TRAINING_SECONDS = 2;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    var place = lab.place("start");
    // The JVM caches classes from jars only.
    var classPath = Jars.only(Lab.productClassPath(), place);
    var cache = place.resolve("gateway.aot");
    try (var house = lab.house()) {
      train(lab, house, classPath, cache);
      var cached = List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on");
      return List.of(
          Figure.atMost(
              name(), "start to ready", seconds(lab, house, classPath, List.of()), LIMIT_S, "s"),
          Figure.atMost(
              name(),
              "start to ready with an AOT cache",
              seconds(lab, house, classPath, cached),
              CACHED_LIMIT_S,
              "s"));
    }
  }

  private static void train(Lab lab, House house, String classPath, Path cache) {
    var flags = List.of("-XX:AOTCacheOutput=" + cache);
    var gateway = House.serving(house.launch(classPath, flags));
    try (var load = new Load(lab.vertx(), gateway.url())) {
      load.at(TRAINING_RATE, TRAINING_SECONDS, Contest.AGENT, Contest.INPUT).sound("training");
    }
    // It writes the cache when it ends.
    gateway.close();
  }

  /** The median. */
  private static double seconds(Lab lab, House house, String classPath, List<String> flags) {
    var all = new ArrayList<Double>();
    for (int i = 0; i < lab.size().repeats(); i++) {
      all.add(once(house, classPath, flags));
    }
    Collections.sort(all);
    return all.get(all.size() / 2);
  }

  private static double once(House house, String classPath, List<String> flags) {
    long begin = System.nanoTime();
    try (var gateway = House.serving(house.launch(classPath, flags));
        var management = new Api(gateway.management())) {
      while (management.get("/health/ready").status() != 200) {
        Interrupted.pause(1);
      }
      return (System.nanoTime() - begin) / 1e9;
    }
  }
}
