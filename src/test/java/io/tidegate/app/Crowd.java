package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Many runs with calls of every kind, and what must hold of them whatever became of the gateway.
 */
final class Crowd {
  private static final List<String> TOOLS = List.of("look", "put", "write");

  /** A write that a person has to sign, where the agent's rules say so of such an id. */
  private static final String SIGNED = "signed";

  private static final List<String> SIGNED_TOO = List.of("look", "look", "put", "write", SIGNED);
  private static final int TURNS = 3;
  private static final int CLIENTS = 8;
  private static final int LONGEST_CALL_MS = 1_000;
  private final Place site;
  private final Random random;

  /**
   * The runs by the key under which they were asked for; the path is empty while nobody knows it.
   */
  private final Map<String, String> paths = new ConcurrentHashMap<>();

  private final Map<String, Set<String>> ids = new HashMap<>();
  private final Map<String, String> scripts = new HashMap<>();

  /** Answers that nobody may get who asks for a run. */
  private final Queue<String> odd = new ConcurrentLinkedQueue<>();

  private final Set<String> before;
  private final List<String> kinds;
  private final int turns;

  Crowd(Site site, Random random, int size) {
    this(site, random, size, TURNS, TOOLS, listed(site));
  }

  /** One with runs of so many turns, whose writes are signed by people now and then. */
  static Crowd signed(Place site, Random random, int size, int turns) {
    return new Crowd(site, random, size, turns, SIGNED_TOO, listed(site));
  }

  /** One of several at the same time: what the API lists is checked for all of them together. */
  static Crowd among(Place site, Random random, int size, int turns) {
    return new Crowd(site, random, size, turns, SIGNED_TOO, Set.of());
  }

  private Crowd(
      Place site, Random random, int size, int turns, List<String> kinds, Set<String> before) {
    this.site = site;
    this.random = random;
    this.turns = turns;
    this.kinds = kinds;
    this.before = before;
    for (int i = 0; i < size; i++) {
      var key = "crowd-" + i + "-" + random.nextInt(Integer.MAX_VALUE);
      paths.put(key, "");
      scripts.put(key, script(key));
    }
  }

  private String script(String key) {
    var calls = new Calls();
    var made = new HashSet<String>();
    for (int turn = 0; turn < turns; turn++) {
      calls.turn("One moment please, I am at it.");
      int many = 1 + random.nextInt(3);
      for (int i = 0; i < many; i++) {
        var kind = kinds.get(random.nextInt(kinds.size()));
        var tool = kind.equals(SIGNED) ? "write" : kind;
        var id = key + "/" + turn + "/" + i + (kind.equals(SIGNED) ? "/signed" : "");
        made.add(id);
        calls.call(tool, id, 1 + random.nextInt(LONGEST_CALL_MS));
      }
    }
    ids.put(key, made);
    return calls.turn("All done.").script();
  }

  /** Asks for all runs that were not accepted yet; one that the gateway does not answer waits. */
  void ask() {
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (var key : scripts.keySet()) {
        if (paths.get(key).isEmpty()) {
          clients.execute(() -> paths.put(key, asked(key)));
        }
      }
    }
  }

  private String asked(String key) {
    try {
      var client = site.client();
      var body = Site.request("worker", scripts.get(key));
      var answer = client.post("/v1/runs", body, "Idempotency-Key", key);
      if (answer.status() == 202) {
        return Site.path(answer.body());
      }
      if (answer.status() != 503) {
        odd.add(answer.toString());
      }
      return "";
    } catch (UncheckedIOException _) {
      return "";
    }
  }

  /** Asks until all were accepted, by whichever gateway serves. */
  void askAll() {
    Site.until(
        "all are accepted",
        () -> {
          ask();
          return accepted() == paths.size();
        });
  }

  /** When each run was taken up by another process, in milliseconds since 1970. */
  List<Long> resumptions() {
    return paths.values().stream()
        .flatMap(path -> site.journal(Site.session(path)).stream())
        .filter(entry -> entry.event() instanceof Event.Resumed)
        .map(Entry::at)
        .toList();
  }

  long accepted() {
    return paths.values().stream().filter(path -> !path.isEmpty()).count();
  }

  /** How many runs were taken up by another process than the one that began them. */
  long takenUp() {
    return paths.values().stream()
        .filter(
            path ->
                site.journal(Site.session(path)).stream()
                    .anyMatch(entry -> entry.event() instanceof Event.Resumed))
        .count();
  }

  /** Waits for all, and checks what must hold; returns how many waited for a word about a write. */
  int settle() {
    int unknown = 0;
    for (var open = List.copyOf(paths.values()); !open.isEmpty(); ) {
      var next = new ArrayList<String>();
      for (var path : open) {
        var reason = answered(path);
        unknown += reason.equals("outcome_unknown") ? 1 : 0;
        if (!reason.equals("completed")) {
          next.add(path);
        }
      }
      open = List.copyOf(next);
    }
    return unknown;
  }

  /** Waits for the run, and gives it the word that it waits for; says why it rested. */
  private String answered(String path) {
    var stop = site.rest(path);
    var reason = stop.get("reason").asText();
    switch (reason) {
      case "outcome_unknown" -> tell(path, "unknown", "outcomes", "{\"outcome\": \"happened\"}");
      case "approval_pending" ->
          tell(path, "awaiting_approval", "approvals", "{\"decision\": \"approve\"}");
      default -> {
        assertThat(reason).as("%s: %s", path, stop).isEqualTo("completed");
        assertThat(stop.get("output").asText()).isEqualTo("All done.");
      }
    }
    assertThat(stop.get("final").asBoolean()).isEqualTo(reason.equals("completed"));
    return reason;
  }

  private void tell(String path, String status, String what, String word) {
    var session = "/v1/sessions/" + Site.session(path);
    for (JsonNode call : site.client().get(session).body().get("calls")) {
      if (call.get("status").asText().equals(status)) {
        assertThat(call.get("tool").asText()).isEqualTo("write");
        var told = site.client().post(session + "/" + what + "/" + call.get("call").asText(), word);
        // Others may answer at the same time.
        assertThat(told.status()).as("%s", told).isIn(200, 409);
      }
    }
  }

  /** All that must hold when everything is settled. */
  void check() {
    checkEach();
    checkSessions();
  }

  /** All that must hold of its runs. */
  void checkEach() {
    assertThat(odd).isEmpty();
    checkTools();
    checkJournals();
    checkAnswers();
  }

  /** What the tools saw: no write twice, one key for a call, and nothing left out. */
  private void checkTools() {
    var seen = new HashMap<String, List<ToolServer.Use>>();
    site.tools()
        .uses()
        .forEach(use -> seen.computeIfAbsent(use.id(), _ -> new ArrayList<>()).add(use));
    seen.forEach(
        (id, uses) -> {
          var tool = uses.getFirst().tool();
          if (tool.equals("write")) {
            assertThat(uses).as("sends of the write %s", id).hasSize(1);
          } else if (tool.equals("put")) {
            assertThat(uses.stream().map(ToolServer.Use::key).distinct()).as(id).hasSize(1);
          }
        });
    site.tools().assertOneKeyForACall();
    ids.forEach(
        (key, made) -> {
          for (var id : made) {
            // A write whose intent was journaled, but that was not sent, is unknown too.
            assertThat(seen.containsKey(id) || unknownWrite(paths.get(key), id))
                .as(() -> id + " in " + site.journal(Site.session(paths.get(key))))
                .isTrue();
          }
        });
  }

  private boolean unknownWrite(String path, String id) {
    var entries = site.journal(Site.session(path));
    return entries.stream()
        .map(Entry::event)
        .filter(Event.Checked.class::isInstance)
        .map(Event.Checked.class::cast)
        .filter(checked -> checked.args() != null && checked.args().text().contains(id))
        .anyMatch(
            checked ->
                entries.stream()
                    .map(Entry::event)
                    .anyMatch(
                        event ->
                            event instanceof Event.OutcomeDecided decided
                                && decided.call().equals(checked.call())));
  }

  /** What the journals hold: no gap, a history that folds, one end for each run. */
  private void checkJournals() {
    for (var path : paths.values()) {
      var entries = site.journal(Site.session(path));
      var state = RunState.EMPTY;
      for (var entry : entries) {
        assertThat(entry.seq()).isEqualTo(state.head() + 1);
        state = state.after(entry);
      }
      assertThat(state.phase()).isEqualTo(RunState.Phase.IDLE);
      assertThat(entries.stream().filter(entry -> entry.event() instanceof Event.Stopped))
          .as(path)
          .hasSize(1);
    }
  }

  /** What the models were told: each call was answered once. */
  private void checkAnswers() {
    for (var path : paths.values()) {
      var calls = new ArrayList<String>();
      var results = new ArrayList<String>();
      var session = site.client().get("/v1/sessions/" + Site.session(path)).body();
      for (var message : session.get("transcript")) {
        message.path("calls").forEach(call -> calls.add(call.get("call").asText()));
        message.path("results").forEach(result -> results.add(result.get("call").asText()));
      }
      assertThat(calls).as(path).doesNotHaveDuplicates();
      assertThat(results).as(path).containsExactlyInAnyOrderElementsOf(calls);
    }
  }

  /** What the API lists: all sessions, each with the one run that was asked for. */
  private void checkSessions() {
    var listed = listed(site);
    listed.removeAll(before);
    var known = sessions();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(known);
    assertThat(known).hasSameSizeAs(paths.keySet());
  }

  /** The sessions of the runs that were accepted. */
  Set<String> sessions() {
    return paths.values().stream()
        .filter(path -> !path.isEmpty())
        .map(Site::session)
        .collect(Collectors.toSet());
  }

  /** All sessions that the API lists, page by page. */
  static Set<String> listed(Place site) {
    var listed = new HashSet<String>();
    var cursor = "";
    while (cursor != null) {
      var page = site.client().get("/v1/sessions?limit=50" + cursor).body();
      page.get("items").forEach(item -> listed.add(item.get("id").asText()));
      cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    }
    return listed;
  }
}
