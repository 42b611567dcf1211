package io.tidegate.session.redis;

import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.util.List;

/**
 * How to reach Redis and how long to wait for it.
 *
 * @param urls one server's URL, or those of several nodes of a Cluster
 * @param connections connections that each event loop keeps
 * @param timeoutMs how long a command may go unanswered, in milliseconds
 * @param waiting how many commands may wait for their answer on one connection
 */
public record PipeSettings(List<String> urls, int connections, long timeoutMs, int waiting) {
  private static final long TIMEOUT_MS = 5_000;
  private static final int WAITING = 8_192;

  public PipeSettings {
    urls = List.copyOf(urls);
    if (urls.isEmpty() || connections < 1) {
      throw new IllegalArgumentException("Redis needs a URL and at least one connection");
    }
  }

  /**
   * The settings with the usual limits.
   *
   * @param url a URL, or several with commas between them for a Cluster
   */
  public static PipeSettings of(String url, int connections) {
    return new PipeSettings(List.of(url.split(",")), connections, TIMEOUT_MS, WAITING);
  }

  boolean cluster() {
    return urls.size() > 1;
  }

  /** The settings for one node alone, each in turn. */
  PipeSettings node(int turn) {
    var url = urls.get(Math.floorMod(turn, urls.size()));
    return new PipeSettings(List.of(url), connections, timeoutMs, waiting);
  }

  RedisOptions options() {
    var options = new RedisOptions();
    options.setEndpoints(urls);
    options.setType(cluster() ? RedisClientType.CLUSTER : RedisClientType.STANDALONE);
    options.setPreferredProtocolVersion(ProtocolVersion.RESP2);
    options.setMaxWaitingHandlers(waiting);
    // A pipe keeps its connection for good, so the pool has nothing to look after.
    options.setPoolCleanerInterval(-1).setPoolRecycleTimeout(-1);
    options.setNetClientOptions(
        new NetClientOptions().setTcpNoDelay(true).setConnectTimeout((int) timeoutMs));
    return options;
  }
}
