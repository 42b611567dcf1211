package io.tidegate.app;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The way of one gateway to Redis: it can be cut, delayed, frozen, and watched for a command at
 * which the gateway is to meet its end. All of it happens on one event loop.
 */
final class Wire {

  /** Where a command is when something happens to its sender. */
  enum Moment {
    /** Redis never gets it. */
    UNSENT,
    /** Redis has done it, and its sender never hears so. */
    UNHEARD,
    /** Its sender has been told. */
    HEARD
  }

  /** Something that happens at the nth command whose bytes hold a word. */
  private record Trap(int nth, Moment moment, Runnable then) {}

  private final Context context;
  private final NetClient client;
  private final SocketAddress redis;
  private final String userInfo;
  private final byte[] word;
  private final Set<Pair> pairs = new HashSet<>();
  private NetServer server;
  private Trap trap;
  private int seen;
  private boolean dead;
  private boolean frozen;
  private long delayMs;

  /** One from a port of this machine to Redis; commands that hold the word are counted. */
  Wire(Vertx vertx, String redisUrl, String word) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.client = vertx.createNetClient();
    this.redis = address(redisUrl);
    this.userInfo = URI.create(redisUrl).getRawUserInfo();
    this.word = word.getBytes(StandardCharsets.US_ASCII);
    var listening = new CompletableFuture<NetServer>();
    context.runOnContext(
        _ ->
            vertx
                .createNetServer()
                .connectHandler(this::connect)
                .listen(0, "127.0.0.1")
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
    this.server = listening.join();
  }

  private static SocketAddress address(String url) {
    var uri = URI.create(url);
    return uri.getScheme().equals("unix")
        ? SocketAddress.domainSocketAddress(uri.getPath())
        : SocketAddress.inetSocketAddress(uri.getPort(), uri.getHost());
  }

  String url() {
    var user = userInfo == null ? "" : userInfo + "@";
    return "redis://" + user + "127.0.0.1:" + server.actualPort();
  }

  /** Breaks all connections; new ones may be made at once. */
  void cut() {
    run(() -> Set.copyOf(pairs).forEach(Pair::close));
  }

  /** Passes nothing on until it is thawed, and leaves all connections open. */
  void freeze() {
    run(() -> frozen = true);
  }

  /** Passes on what waited, and all that follows. */
  void thaw() {
    run(
        () -> {
          frozen = false;
          pairs.forEach(Pair::flush);
        });
  }

  /** Everything arrives so many milliseconds later from now on, both ways. */
  void delay(long ms) {
    run(() -> delayMs = ms);
  }

  /**
   * Does something at the nth command from now that holds the word; from then on nothing is passed
   * on any more.
   */
  void trap(int nth, Moment moment, Runnable then) {
    run(
        () -> {
          seen = 0;
          trap = new Trap(nth, moment, then);
        });
  }

  /** How many commands with the word were seen since the last trap was set or the wire mended. */
  int seen() {
    var now = new CompletableFuture<Integer>();
    context.runOnContext(_ -> now.complete(seen));
    return now.join();
  }

  /** As new: nothing is cut, delayed, frozen or watched. */
  void mend() {
    run(
        () -> {
          dead = false;
          trap = null;
          seen = 0;
          delayMs = 0;
          frozen = false;
          pairs.forEach(Pair::flush);
        });
  }

  private void run(Runnable task) {
    var done = new CompletableFuture<Void>();
    context.runOnContext(
        _ -> {
          task.run();
          done.complete(null);
        });
    done.join();
  }

  private void connect(NetSocket here) {
    if (dead) {
      here.close();
      return;
    }
    here.pause();
    client
        .connect(redis)
        .onSuccess(there -> pairs.add(new Pair(here, there)))
        .onFailure(_ -> here.close());
  }

  /** Springs the trap: whoever sat at this end is gone. */
  private void spring() {
    var sprung = trap;
    trap = null;
    dead = true;
    sprung.then().run();
  }

  /** One connection: both ways of it. */
  private final class Pair {
    private final NetSocket here;
    private final NetSocket there;
    private final Way up;
    private final Way down;
    private int matched;
    private boolean due;

    Pair(NetSocket here, NetSocket there) {
      this.here = here;
      this.there = there;
      this.up = new Way(there);
      this.down = new Way(here);
      here.closeHandler(_ -> close());
      there.closeHandler(_ -> close());
      here.handler(this::asked);
      there.handler(this::answered);
      here.resume();
    }

    private void asked(Buffer bytes) {
      if (dead) {
        return;
      }
      boolean reached = count(bytes);
      if (reached && trap.moment() == Moment.UNSENT) {
        spring();
        return;
      }
      up.send(bytes);
      due = due || reached;
    }

    private void answered(Buffer bytes) {
      if (dead) {
        return;
      }
      if (due && trap.moment() == Moment.UNHEARD) {
        spring();
        return;
      }
      down.send(bytes);
      if (due) {
        spring();
      }
    }

    /** Counts the word, wherever pieces are cut; whether the trap's command is among the bytes. */
    private boolean count(Buffer bytes) {
      int before = seen;
      for (int i = 0; i < bytes.length(); i++) {
        byte next = bytes.getByte(i);
        matched = next == word[matched] ? matched + 1 : next == word[0] ? 1 : 0;
        if (matched == word.length) {
          seen++;
          matched = 0;
        }
      }
      return trap != null && before < trap.nth() && seen >= trap.nth();
    }

    private void flush() {
      up.flush();
      down.flush();
    }

    private void close() {
      if (pairs.remove(this)) {
        here.close();
        there.close();
      }
    }
  }

  /** One direction of a connection: pieces leave in the order in which they came. */
  private final class Way {
    private final NetSocket to;
    private final Queue<Buffer> waiting = new ArrayDeque<>();

    Way(NetSocket to) {
      this.to = to;
    }

    void send(Buffer bytes) {
      if (delayMs == 0 && !frozen && waiting.isEmpty()) {
        to.write(bytes);
        return;
      }
      waiting.add(bytes);
      if (!frozen) {
        context.owner().setTimer(Math.max(1, delayMs), _ -> next());
      }
    }

    private void next() {
      if (!frozen && !dead && !waiting.isEmpty()) {
        to.write(waiting.remove());
      }
    }

    void flush() {
      while (!waiting.isEmpty() && !frozen && !dead) {
        next();
      }
    }
  }

  void close() {
    Harness.await(server.close());
    Harness.await(client.close());
  }
}
