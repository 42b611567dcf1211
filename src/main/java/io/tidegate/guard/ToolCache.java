package io.tidegate.guard;

import io.tidegate.guard.ToolGuardSettings.Cache;
import io.tidegate.run.ResultCache;
import io.tidegate.run.Time;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Results of reading tools, kept for equal calls. Of equal calls at one time one is sent: here the
 * others wait for it, and other replicas look now and then whether its result is there.
 */
final class ToolCache {
  final ResultCache shared;
  final Time time;
  final GuardListener listener;

  /** Calls that get a result for others here; as many as calls are under way at most. */
  final ConcurrentMap<String, Promise<Returned>> flights = new ConcurrentHashMap<>();

  ToolCache(ResultCache shared, Time time, GuardListener listener) {
    this.shared = shared;
    this.time = time;
    this.listener = listener;
  }

  /** The call's result, be it an equal call's. */
  Execution call(Invocation invocation, Cache cache, Supplier<Execution> send) {
    return new CachedCall(this, invocation, key(invocation, cache), cache, send).begin();
  }

  private static String key(Invocation invocation, Cache cache) {
    var contract = invocation.contract();
    var what =
        String.join(
            "\n",
            contract.name(),
            contract.digest(),
            cache.transform(),
            invocation.session().tenant(),
            cache.session() ? invocation.session().id() : "",
            invocation.args().text());
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(what.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
