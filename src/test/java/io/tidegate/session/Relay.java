package io.tidegate.session;

import static io.tidegate.session.Await.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and Redis, and spoils connections when it is told to. */
final class Relay {
  private final NetClient client;
  private final NetServer server;
  private final SocketAddress redis;
  private final String userInfo;
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final Set<NetSocket> silent = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refusals = new AtomicInteger();

  Relay(Vertx vertx, String url) {
    client = vertx.createNetClient();
    redis = address(url);
    userInfo = URI.create(url).getRawUserInfo();
    server = await(vertx.createNetServer().connectHandler(this::relay).listen(0, "127.0.0.1"));
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

  /** Closes the next so many connections as soon as they are made. */
  void refuse(int connections) {
    refusals.set(connections);
  }

  /** Whether that many connections are still to be refused. */
  int refusals() {
    return refusals.get();
  }

  /** Passes nothing on any more over the connections that are open now, and leaves them open. */
  void silence() {
    silent.addAll(open);
  }

  /** Breaks the connections that are open now. */
  void cut() {
    open.forEach(NetSocket::close);
  }

  Future<Void> close() {
    return server.close().compose(_ -> client.close());
  }

  private void relay(NetSocket here) {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      here.close();
      return;
    }
    open.add(here);
    here.closeHandler(_ -> open.remove(here));
    here.pause();
    client.connect(redis).onSuccess(there -> join(here, there)).onFailure(_ -> here.close());
  }

  private void join(NetSocket here, NetSocket there) {
    here.closeHandler(_ -> there.close());
    there.closeHandler(_ -> here.close());
    here.handler(bytes -> pass(here, there, bytes));
    there.handler(bytes -> pass(here, here, bytes));
    here.resume();
  }

  private void pass(NetSocket connection, NetSocket to, Buffer bytes) {
    if (!silent.contains(connection)) {
      to.write(bytes);
    }
  }
}
