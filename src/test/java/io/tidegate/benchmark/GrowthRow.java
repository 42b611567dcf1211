package io.tidegate.benchmark;

import java.util.List;

/** What the journal of one session grows by in a turn, early and late. */
final class GrowthRow implements Row {
  private static final int EARLY_TURN = 5;
  private static final double LIMIT = 1.1;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    int lateTurn = lab.size().lateTurn();
    try (var house = lab.house();
        var store = new StoredBytes(lab.vertx(), house.redisUrl())) {
      var gateway = house.gateway();
      try (var api = new Api(gateway.url())) {
        var session = api.post("/v1/sessions", "{\"agent\": \"brief\"}").body().get("id").asText();
        var turns = new Turns(api, store, session);
        long early = turns.growth(EARLY_TURN);
        long late = turns.growth(lateTurn);
        return List.of(
            Figure.atMost(
                name(),
                "bytes of turn %d against turn %d".formatted(lateTurn, EARLY_TURN),
                (double) late / early,
                LIMIT,
                "×"),
            Figure.told(name(), "  journal and blobs", "%,d and %,d bytes".formatted(late, early)),
            Figure.told(
                name(),
                "  the snapshot, of which there is one",
                "%,d bytes".formatted(store.snapshot(session))));
      }
    }
  }

  private static final class Turns {
    private final Api api;
    private final StoredBytes store;
    private final String session;
    private int made;

    Turns(Api api, StoredBytes store, String session) {
      this.api = api;
      this.store = store;
      this.session = session;
    }

    /** What the turn of that number adds. */
    long growth(int turn) {
      while (made < turn - 1) {
        make();
      }
      long before = store.journal(session);
      make();
      return store.journal(session) - before;
    }

    /** Inputs differ from turn to turn, and have one length. */
    private void make() {
      var input = "question %03d".formatted(++made);
      var answer = api.post("/v1/sessions/" + session + "/runs", Api.turn(input));
      if (!answer.text().contains("\"reason\":\"completed\"")) {
        throw new IllegalStateException("turn %d: %s".formatted(made, answer.text()));
      }
    }
  }
}
