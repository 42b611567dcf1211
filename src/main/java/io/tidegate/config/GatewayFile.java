package io.tidegate.config;

import io.tidegate.http.HttpSettings;
import io.tidegate.run.GatewayLimits;
import io.tidegate.run.Secret;
import io.tidegate.session.RedisSettings;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads gateway.yaml: where the gateway listens, where it remembers, how much it takes on. */
final class GatewayFile {
  private static final int MAX = Integer.MAX_VALUE;
  private static final Pattern REDIS_URL = Pattern.compile("(redis|rediss|unix)://.+");
  private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Report report;
  private final Environment environment;

  GatewayFile(Report report, Environment environment) {
    this.report = report;
    this.environment = environment;
  }

  /** What the file says, with the environment's word before it. */
  record Gateway(HttpSettings http, RedisSettings redis, GatewayLimits limits) {}

  Gateway read(Section file) {
    readUnused(file);
    return new Gateway(
        http(part(file, "http"), part(file, "management")),
        redis(part(file, "redis")),
        limits(part(file, "limits")));
  }

  private Section part(Section file, String key) {
    return file.section(key).orElseGet(() -> Section.empty(report, file.at(key), key));
  }

  private HttpSettings http(Section http, Section management) {
    int port = http.integer("port", 0, 65_535).orElse(8080);
    int managementPort = management.integer("port", 0, 65_535).orElse(9090);
    return new HttpSettings(
        http.text("host").orElse("127.0.0.1"),
        environment.port("TIDEGATE_HTTP_PORT", port),
        environment.port("TIDEGATE_MANAGEMENT_PORT", managementPort),
        http.size("max-body").orElse(10L << 20));
  }

  private RedisSettings redis(Section redis) {
    redis.noEffect("wait-replicas").integer("wait-replicas", 0, 100);
    var url = redisUrl(redis.secret("url")).orElse(Secret.NONE);
    var data = redis.text("data").orElse("data");
    return new RedisSettings(
        redisUrl(environment.secret("REDIS_URL")).orElse(url),
        Path.of(environment.text("TIDEGATE_DATA").orElse(data)),
        redis.integer("connections", 1, 10_000).orElse(8));
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
        limits.integer("tool-calls", 1, MAX).orElse(standard.toolCalls()));
  }

  private static void readUnused(Section file) {
    file.noEffect("keys").sections("keys").forEach(GatewayFile::readKey);
    if (file.has("keys")) {
      file.warn("keys", "are not checked yet: whoever reaches the API may use it");
    }
    file.noEffect("tenants").named("tenants").values().forEach(GatewayFile::readTenant);
    file.noEffect("retention").duration("retention");
  }

  private static void readKey(Section key) {
    key.text("hash")
        .check(
            hash -> HASH.matcher(hash).matches(),
            "must be sha256: and the key's SHA-256 in 64 lower-case hexadecimal digits")
        .required("");
    key.text("tenant");
    key.text("principal");
    key.choices("scopes", Scope.class);
  }

  private static void readTenant(Section tenant) {
    tenant.integer("concurrent-runs", 1, MAX);
    tenant
        .section("budget")
        .ifPresent(
            budget -> {
              budget.usd("day-usd");
              budget.usd("month-usd");
            });
  }

  private enum Scope {
    RUN,
    READ,
    APPROVE,
    ADMIN
  }
}
