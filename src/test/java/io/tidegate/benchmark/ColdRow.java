package io.tidegate.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Long sessions that a gateway opens which has just started and knows none of them. */
final class ColdRow implements Row {
  private static final int OK = 200;
  private static final int CREATED = 201;

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    try (var house = lab.house()) {
      var sessions = sessions(house.gateway(), lab.size());
      var gateway = house.gateway();
      try (var api = new Api(gateway.url())) {
        long cpuBefore = Cpu.ms(gateway.pid());
        long begin = System.nanoTime();
        var micros = Crew.each(sessions, session -> open(api, session));
        double wallMs = (System.nanoTime() - begin) / 1e6;
        var sample = Sample.of(micros.size(), "", micros.stream().mapToLong(i -> i).toArray());
        return List.of(
            Figure.told(
                name(),
                "%,d sessions of %,d events opened, 16 at a time"
                    .formatted(sessions.size(), lab.size().coldEvents()),
                String.format(
                    Locale.ROOT,
                    "%.1f s; p50 %.1f ms, p99 %.1f ms; CPU %.2f ms each",
                    wallMs / 1_000,
                    sample.p50Ms(),
                    sample.p99Ms(),
                    (double) (Cpu.ms(gateway.pid()) - cpuBefore) / sessions.size())));
      }
    }
  }

  private static long open(Api api, String session) {
    long begin = System.nanoTime();
    var answer = api.get("/v1/sessions/" + session);
    if (answer.status() != OK) {
      throw new IllegalStateException(session + ": " + answer.text());
    }
    return (System.nanoTime() - begin) / 1_000;
  }

  /** One that ran its turns, and copies of it. */
  private static List<String> sessions(Served gateway, Size size) {
    try (var api = new Api(gateway.url())) {
      var document = document(api, size.coldEvents());
      // One after the other: a gateway takes few documents at a time.
      return IntStream.range(0, size.cold())
          .mapToObj(i -> imported(api, "cold-" + i, document))
          .toList();
    }
  }

  private static String imported(Api api, String id, String document) {
    var answer = api.post("/v1/sessions/import?id=" + id, document);
    if (answer.status() != CREATED) {
      throw new IllegalStateException(id + ": " + answer.text());
    }
    return id;
  }

  private static String document(Api api, int events) {
    var session = api.post("/v1/sessions", "{\"agent\": \"brief\"}").body().get("id").asText();
    for (int turn = 0; head(api, session) < events; turn++) {
      api.post("/v1/sessions/" + session + "/runs", Api.turn("question %03d".formatted(turn)));
    }
    return api.get("/v1/sessions/" + session + "/export").text();
  }

  private static long head(Api api, String session) {
    return api.get("/v1/sessions/" + session).body().get("head").asLong();
  }
}
