package io.tidegate.config;

import io.tidegate.config.BudgetReader.General;
import io.tidegate.http.HttpSettings;
import io.tidegate.http.KeySettings;
import io.tidegate.run.BudgetSettings.Caps;
import io.tidegate.run.GatewayLimits;
import io.tidegate.run.ReplicaSettings;
import io.tidegate.run.Retention.Ages;
import io.tidegate.run.Secret;
import io.tidegate.run.TenantLimits;
import io.tidegate.session.RedisSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads gateway.yaml: where the gateway listens, where it remembers, how much it takes on. */
final class GatewayFile {
  private static final long LONGEST_PAUSE = 1_000;
  private static final long SHORTEST_LEASE = 500;
  private static final long SHORTEST_LOOK = 100;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long LONGEST = 3_600_000;
  private static final int MAX = Integer.MAX_VALUE;
  private static final long LARGEST_IMPORT = 1L << 30;
  private static final Pattern REDIS_URL = Pattern.compile("(redis|rediss|unix)://.+");

  private final Report report;
  private final Environment environment;

  GatewayFile(Report report, Environment environment) {
    this.report = report;
    this.environment = environment;
  }

  /** What the file says, with the environment's word before it. */
  record Gateway(
      HttpSettings http,
      RedisSettings redis,
      GatewayLimits limits,
      ReplicaSettings replica,
      Duration drain,
      @Nullable Long reloadMs,
      TenantLimits tenants,
      Map<String, Caps> budgets,
      General budgeting,
      @Nullable Long retentionMs,
      Telemetry telemetry) {}

  Gateway read(Section file) {
    var redis = part(file, "redis");
    var tenants = file.named("tenants");
    return new Gateway(
        http(part(file, "http"), part(file, "management"), new KeyReader(report).read(file)),
        redis(redis),
        limits(part(file, "limits")),
        replica(file, redis),
        Duration.ofMillis(
            file.duration("drain")
                .check(ms -> ms <= LONGEST, "must be at most 1h")
                .orElse(25_000L)),
        reload(file),
        tenants(tenants),
        budgets(tenants),
        BudgetReader.general(file.section("budgets").orElse(null)),
        retention(file),
        new TelemetryReader(report, environment).read(file));
  }

  private static ReplicaSettings replica(Section file, Section redis) {
    return new ReplicaSettings(
        file.duration("lease")
            .check(ms -> ms >= SHORTEST_LEASE && ms <= LONGEST, "must be from 500ms to 1h")
            .orElse(ReplicaSettings.DEFAULT.leaseMs()),
        redis.integer("wait-replicas", 0, 100).orElse(0));
  }

  private Section part(Section file, String key) {
    return file.section(key).orElseGet(() -> Section.empty(report, file.at(key), key));
  }

  private HttpSettings http(Section http, Section management, KeySettings keys) {
    int port = http.integer("port", 0, 65_535).orElse(8080);
    int managementPort = management.integer("port", 0, 65_535).orElse(9090);
    var settings =
        new HttpSettings(
            http.text("host").orElse("127.0.0.1"),
            environment.port("TIDEGATE_HTTP_PORT", port),
            environment.port("TIDEGATE_MANAGEMENT_PORT", managementPort),
            http.size("max-body").orElse(10L << 20),
            http.size("max-import")
                .check(
                    size -> size <= LARGEST_IMPORT, "must be at most 1GB: it is read into memory")
                .orElse(100L << 20),
            keys);
    if (!settings.apiHost().equals(settings.host())) {
      http.warn(
          "host",
          ("is %s, but without a key the API is served on %s alone: make a key (the command 'key')"
                  + " and add its hash under keys")
              .formatted(settings.host(), settings.apiHost()));
    }
    return settings;
  }

  private RedisSettings redis(Section redis) {
    var url = redisUrl(redis.secret("url")).orElse(Secret.NONE);
    var data = redis.text("data").orElse("data");
    return new RedisSettings(
        redisUrl(environment.secret("REDIS_URL")).orElse(url),
        Path.of(environment.text("TIDEGATE_DATA").orElse(data)),
        redis.integer("connections", 1, 10_000).orElse(2));
  }

  private static Value<Secret> redisUrl(Value<Secret> url) {
    return url.check(
        secret -> secret.isEmpty() || REDIS_URL.matcher(secret.reveal()).matches(),
        "must be a URL that starts with redis://, rediss:// or unix://");
  }

  private static GatewayLimits limits(Section limits) {
    var standard = GatewayLimits.DEFAULT;
    return new GatewayLimits(
        limits.integer("active-runs", 1, MAX).orElse(standard.activeRuns()),
        limits.integer("queued-runs", 0, MAX).orElse(standard.queuedRuns()),
        limits.integer("tool-calls", 1, MAX).orElse(standard.toolCalls()),
        limits
            .duration("delta-interval")
            .check(ms -> ms <= LONGEST_PAUSE, "must be at most 1s")
            .orElse(standard.deltaMs()),
        limits
            .duration("append-delay")
            .check(ms -> ms <= LONGEST_PAUSE, "must be at most 1s")
            .orElse(standard.appendDelayMs()));
  }

  private static TenantLimits tenants(Map<String, Section> tenants) {
    Map<String, Integer> concurrentRuns = new LinkedHashMap<>();
    tenants.forEach(
        (name, tenant) -> {
          Integer most = tenant.integer("concurrent-runs", 1, MAX).orNull();
          if (most != null) {
            concurrentRuns.put(name, most);
          }
        });
    return new TenantLimits(concurrentRuns);
  }

  private static Map<String, Caps> budgets(Map<String, Section> tenants) {
    Map<String, Caps> budgets = new LinkedHashMap<>();
    tenants.forEach(
        (name, tenant) ->
            tenant
                .section("budget")
                .ifPresent(budget -> budgets.put(name, BudgetReader.tenant(budget))));
    return budgets;
  }

  private static @Nullable Long reload(Section file) {
    long ms =
        file.durationOrNever("reload")
            .check(
                every -> every == NEVER || (every >= SHORTEST_LOOK && every <= LONGEST),
                "must be from 100ms to 1h, or never")
            .orElse(10_000L);
    return ms == NEVER ? null : ms;
  }

  private static @Nullable Long retention(Section file) {
    long ms = file.durationOrNever("retention").orElse(Ages.FOR_EVER);
    return ms == Ages.FOR_EVER ? null : ms;
  }
}
