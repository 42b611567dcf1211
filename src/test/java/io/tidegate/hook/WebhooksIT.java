package io.tidegate.hook;

import static io.tidegate.hook.Site.asked;
import static io.tidegate.hook.Site.resumed;
import static io.tidegate.hook.Site.settings;
import static io.tidegate.hook.Site.stopped;
import static io.tidegate.hook.Site.suspended;
import static io.tidegate.hook.Site.unwanted;
import static io.tidegate.session.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.hook.HookSettings.Host;
import io.tidegate.hook.Receiver.Message;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.HookListener.Outcome;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Outbox;
import io.tidegate.run.Outbox.Progress;
import io.tidegate.run.Secret;
import io.tidegate.run.SessionId;
import io.tidegate.session.TestRedis;
import io.tidegate.stream.Projection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WebhooksIT {
  private static final long DAY_MS = 24 * 3_600_000L;

  /**
   * Small against the ten seconds that a receiver has: time must not run away from real requests.
   */
  private static final long STEP_MS = 100;

  @RegisterExtension static final TestRedis REDIS = new TestRedis();

  private Site site;
  private Receiver receiver;
  private Redis direct;

  @BeforeEach
  void open() {
    site = new Site(REDIS.url());
    receiver = site.receiver;
    direct = Redis.createClient(site.vertx, REDIS.url());
    redis(Request.cmd(Command.FLUSHALL));
  }

  @AfterEach
  void close() {
    site.close();
  }

  private Response redis(Request request) {
    return await(direct.send(request));
  }

  private Map<String, String> meta(SessionId session) {
    var key = "tg:{default:" + session.id() + "}:" + session.id() + ":meta";
    var answer = redis(Request.cmd(Command.HGETALL).arg(key));
    var meta = new HashMap<String, String>();
    answer.getKeys().forEach(name -> meta.put(name, answer.get(name).toString()));
    return meta;
  }

  private static List<String> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }

  private static List<String> distinctIds(List<Message> messages) {
    return messages.stream().map(Message::id).distinct().toList();
  }

  private boolean heardOf(String path, String id) {
    return ids(receiver.heard(path)).contains(id);
  }

  @Test
  void whatIsWantedIsPostedInOrderAndSigned() throws GeneralSecurityException {
    var settings = settings(site.hook("/all"));
    var log = site.log(settings, site.replica(settings));
    log.append("r1", asked("a"), unwanted(), suspended(), resumed(), unwanted(), stopped());
    var messages = receiver.come("/all", 3);
    assertThat(messages)
        .extracting(Message::event)
        .containsExactly("run.suspended", "run.resumed", "run.stopped");
    var first = messages.getFirst();
    assertThat(first.id()).isEqualTo(log.session + ":4:all");
    assertThat(first.type()).isEqualTo("application/json");
    var stored = new Entry(4, site.time.now(), "r1", suspended());
    assertThat(first.body()).isEqualTo(Projection.of(log.session, stored).json());
    assertThat(first.signature()).isEqualTo(signed(first));
  }

  /** As a receiver would check it, by the text of the specification. */
  private static String signed(Message message) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    var secret = Base64.getDecoder().decode(Site.SECRET.replace("whsec_", ""));
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    var text = message.id() + "." + message.timestamp() + "." + message.body().toString(UTF_8);
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }

  @Test
  void whatADeadReplicaAppendedIsPostedByAnother() {
    var settings = settings(site.hook("/orphan"));
    // It appends, and dies before anybody is told.
    var log = site.log(settings).append("r1", asked("a"), stopped());
    site.replica(settings);
    assertThat(receiver.come("/orphan", 1, STEP_MS).getFirst().session())
        .isEqualTo(log.session.id());
  }

  @Test
  void whatADeadReplicaSentAndDidNotNoteIsSentAgain() {
    var settings = settings(site.hook("/again"));
    var dying = site.replica(settings, Forgetful::new, (_, _) -> {});
    var log = site.log(settings, dying);
    log.append("r1", asked("a"), suspended(), resumed(), stopped());
    var sent = receiver.come("/again", 1).getFirst();
    site.replica(settings);
    receiver.until(() -> heardOf("/again", log.session + ":5:again"), STEP_MS);
    var all = receiver.heard("/again");
    assertThat(all.get(1).id()).isEqualTo(sent.id());
    assertThat(distinctIds(all))
        .containsExactly(
            log.session + ":3:again", log.session + ":4:again", log.session + ":5:again");
  }

  @Test
  void aFailingReceiverIsTriedAfterGrowingPausesUntilItIsBack() {
    var settings = settings(site.hook("/down"));
    var log = site.log(settings, site.replica(settings));
    receiver.answers(message -> receiver.heard("/down").size() < 4 ? 503 : 200);
    log.append("r1", asked("a"), suspended(), stopped());
    receiver.until(() -> heardOf("/down", log.session + ":4:down"), STEP_MS);
    var all = receiver.heard("/down");
    assertThat(distinctIds(all.subList(0, 4))).hasSize(1);
    assertThat(distinctIds(all)).containsExactly(log.session + ":3:down", log.session + ":4:down");
    for (int tries = 1; tries < 4; tries++) {
      long pause = all.get(tries).at() - all.get(tries - 1).at();
      assertThat(pause).isGreaterThanOrEqualTo(500L << (tries - 1));
    }
  }

  @Test
  void twoReplicasPostNothingTwice() {
    var settings = settings(site.hook("/once"));
    var one = site.replica(settings);
    var other = site.replica(settings);
    var logs = IntStream.range(0, 10).mapToObj(_ -> site.log(settings, one, other)).toList();
    for (int round = 0; round < 5; round++) {
      logs.forEach(log -> log.append("r1", suspended(), unwanted(), resumed()));
    }
    logs.forEach(log -> log.append("r1", stopped()));
    var all = receiver.come("/once", 110);
    assertThat(ids(all)).doesNotHaveDuplicates().hasSize(110);
    for (var log : logs) {
      assertThat(all.stream().filter(m -> m.session().equals(log.session.id())).toList())
          .isSortedAccordingTo(Comparator.comparing(m -> m.body().toJsonObject().getLong("seq")));
    }
  }

  @Test
  void whoSaysGoneHearsNoMoreOfTheSession() {
    var outcomes = new ConcurrentLinkedQueue<Outcome>();
    var settings = settings(site.hook("/gone"), site.hook("/other"));
    var replica = site.replica(settings, outbox -> outbox, (outcome, _) -> outcomes.add(outcome));
    var log = site.log(settings, replica);
    receiver.answers(message -> message.path().equals("/gone") ? 410 : 200);
    log.append("r1", asked("a"), suspended());
    receiver.come("/gone", 1);
    receiver.come("/other", 1);
    receiver.until(() -> "closed".equals(meta(log.session).get("hook:gone")), 0);
    log.append("r1", resumed(), stopped());
    receiver.come("/other", 3);
    assertThat(receiver.heard("/gone")).hasSize(1);
    assertThat(outcomes).contains(Outcome.CLOSED);
    // Another session is another matter.
    site.log(settings, replica).append("r1", stopped());
    receiver.come("/gone", 2);
  }

  @Test
  void aReceiverThatHangsHoldsNothingElseUp() {
    var settings = settings(site.hook("/hangs"), site.hook("/fine"));
    var elsewhere = new Receiver(site.vertx, site.time);
    var fine = settings.hooks().getLast();
    var moved =
        settings(
            settings.hooks().getFirst(),
            new HookSettings.Hook(
                fine.id(),
                URI.create(elsewhere.url("/fine")),
                fine.secret(),
                fine.events(),
                fine.agents()));
    var replica = site.replica(moved);
    receiver.answers(_ -> 0);
    var logs = IntStream.range(0, 30).mapToObj(_ -> site.log(moved, replica)).toList();
    logs.forEach(log -> log.append("r1", stopped()));
    assertThat(elsewhere.come("/fine", 30)).hasSize(30);
    // No more than a host's share is on its way to the one that hangs.
    receiver.until(() -> receiver.unanswered("/hangs") == 8, 0);
    logs.forEach(log -> log.append("r2", stopped()));
    assertThat(elsewhere.come("/fine", 60)).hasSize(60);
    assertThat(receiver.unanswered("/hangs")).isEqualTo(8);
  }

  @Test
  void anAgentsHookHearsOfItsRunsAlone() {
    var settings = settings(site.hook("/mine", "b"), site.hook("/every"));
    var log = site.log(settings, site.replica(settings));
    log.append("r1", asked("a"), suspended(), stopped());
    log.append("r2", asked("b"), suspended());
    receiver.come("/mine", 1);
    receiver.come("/every", 3);
    // The run began in what was dealt with already.
    log.append("r2", resumed(), stopped());
    log.append("r3", asked("a"), suspended());
    receiver.come("/every", 6);
    assertThat(ids(receiver.come("/mine", 3)))
        .containsExactly(log.session + ":6:mine", log.session + ":7:mine", log.session + ":8:mine");
  }

  @Test
  void aRunsOwnHookIsToldUntilTheRunIsOver() {
    var settings = ofRuns();
    var log = site.log(settings, site.replica(settings));
    var hook = new Event.Hook(receiver.url("/run"), List.of("run.started", "run.stopped"));
    var noted = Map.of(Outbox.field("r1"), log.head() + " " + hook.url());
    log.append(noted, site.time.now(), "r1", asked("a", hook), suspended());
    receiver.come("/run", 1);
    assertThat(meta(log.session)).containsKey("m:hook:r1");
    log.append("r1", resumed(), stopped());
    log.append("r2", asked("a"), stopped());
    assertThat(receiver.come("/run", 2))
        .extracting(Message::event)
        .containsExactly("run.started", "run.stopped");
    receiver.until(
        () -> meta(log.session).keySet().stream().noneMatch(name -> name.contains("hook")), 0);
    assertThat(receiver.heard("/run")).hasSize(2);
  }

  private HookSettings ofRuns() {
    var host = receiver.url("").replace("http://", "");
    return new HookSettings(List.of(), new Secret("hush"), List.of(Host.parse(host)));
  }

  @Test
  void aRunsHookWhoseHostIsListedNoMoreIsNotTold() {
    var settings = ofRuns();
    var narrower =
        new HookSettings(settings.hooks(), settings.runSecret(), List.of(Host.parse("x.test")));
    var log = site.log(settings, site.replica(narrower));
    var hook = new Event.Hook(receiver.url("/narrow"), List.of());
    var noted = Map.of(Outbox.field("r1"), log.head() + " " + hook.url());
    log.append(noted, site.time.now(), "r1", asked("a", hook), stopped());
    receiver.until(() -> !meta(log.session).containsKey("m:hook:r1"), 0);
    assertThat(receiver.heard("/narrow")).isEmpty();
  }

  @Test
  void aRedirectIsNotFollowed() {
    var settings = settings(site.hook("/moved"));
    var log = site.log(settings, site.replica(settings));
    receiver.answers(message -> receiver.heard("/moved").size() == 1 ? 307 : 200);
    log.append("r1", stopped());
    receiver.come("/moved", 2, STEP_MS);
    assertThat(receiver.heard("/elsewhere")).isEmpty();
  }

  @Test
  void deletionTakesPlacesAlongAndNobodyBringsThemBack() {
    var settings = settings(site.hook("/kept"));
    var log = site.log(settings, site.replica(settings));
    log.append("r1", stopped());
    receiver.come("/kept", 1);
    receiver.until(() -> meta(log.session).getOrDefault("hook:kept", "").endsWith("0 - -"), 0);
    var outbox = log.store.outbox();
    log.append("r2", suspended());
    receiver.come("/kept", 2);
    assertThat(await(log.journal.delete(log.session))).isTrue();
    var late = outbox.save(log.session, "kept", "me", new Progress(9, 0, 0, List.of()), 9);
    assertThat(await(late)).isFalse();
    assertThat(meta(log.session)).isEmpty();
  }

  @Test
  void aForkIsToldOfWhatItDidItself() {
    var settings = settings(site.hook("/fork"));
    var replica = site.replica(settings);
    var log = site.log(settings, replica).append("r1", asked("a"), stopped());
    receiver.come("/fork", 1);
    var fork = new SessionId("default", log.session.id() + ".f1");
    var forked = new Entry(4, site.time.now(), "", new Event.Forked(log.session.id(), 3, "ci"));
    await(log.journal.fork(log.session, 3, fork, forked, "a"));
    var more = List.of(new Entry(5, site.time.now(), "r2", suspended()));
    var batch = new Batch("", 1, 4, 0, more, Status.IDLE, Map.of());
    await(log.journal.append(fork, batch));
    replica.recorded(fork, more, RunState.EMPTY);
    receiver.come("/fork", 2);
    assertThat(ids(receiver.heard("/fork")))
        .containsExactly(log.session + ":3:fork", fork + ":5:fork");
  }

  @Test
  void aNewHookIsNotToldOfHistory() {
    var settings = settings(site.hook("/new"));
    var log = site.log(settings, site.replica(settings));
    log.append(Map.of(), site.time.now() - DAY_MS, "r1", suspended(), stopped());
    log.append("r2", stopped());
    assertThat(ids(receiver.come("/new", 1))).containsExactly(log.session + ":4:new");
  }

  @Test
  void whatIsTooOldIsGivenUpAndTheNextHasItsTurn() {
    Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    var settings = settings(site.hook("/old"));
    var replica = site.replica(settings, outbox -> outbox, (outcome, _) -> outcomes.add(outcome));
    var log = site.log(settings, replica).append("r1", suspended());
    receiver.come("/old", 1);
    receiver.answers(m -> m.event().equals("run.resumed") ? 500 : 200);
    log.append(Map.of(), site.time.now() - DAY_MS, "r1", resumed());
    log.append("r1", stopped());
    receiver.until(() -> !receiver.heard(m -> m.event().equals("run.stopped")).isEmpty(), STEP_MS);
    assertThat(outcomes).contains(Outcome.GIVEN_UP);
    assertThat(receiver.heard(m -> m.event().equals("run.resumed")).size())
        .isGreaterThanOrEqualTo(5);
  }

  @Test
  void withoutHooksNothingIsNoted() {
    site.log(settings()).append("r1", asked("a"), stopped());
    assertThat(redis(Request.cmd(Command.KEYS).arg("tg:hooks:*")).size()).isZero();
  }

  /** A process that dies when it wants to note what it sent. */
  private record Forgetful(Outbox outbox) implements Outbox {
    @Override
    public Future<List<Due>> due(long now, int limit) {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> look(SessionId session, long at, long seen) {
      return outbox.look(session, at, seen);
    }

    @Override
    public Future<Void> settled(Due due) {
      return outbox.settled(due);
    }

    @Override
    public Future<Claim> claim(
        SessionId session, String hook, String claimant, long now, long until, long after) {
      return outbox.claim(session, hook, claimant, now, until, after);
    }

    @Override
    public Future<Boolean> save(
        SessionId session, String hook, String claimant, Progress progress, long until) {
      return Promise.<Boolean>promise().future();
    }

    @Override
    public Future<Void> close(SessionId session, String hook, String claimant) {
      return outbox.close(session, hook, claimant);
    }
  }
}
