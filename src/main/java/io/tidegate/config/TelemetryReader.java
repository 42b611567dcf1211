package io.tidegate.config;

import io.tidegate.meter.LogSettings;
import io.tidegate.meter.LogSettings.Format;
import io.tidegate.meter.trace.TraceSettings;
import io.tidegate.run.Secret;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what gateway.yaml says about traces, logs and the audit log. */
final class TelemetryReader {
  private static final long AUDIT_MS = 365L * 24 * 3_600_000;

  private final Report report;
  private final Environment environment;

  TelemetryReader(Report report, Environment environment) {
    this.report = report;
    this.environment = environment;
  }

  Telemetry read(Section file) {
    return new Telemetry(
        tracing(part(file, "tracing")), logging(part(file, "logging")), audit(part(file, "audit")));
  }

  private Section part(Section file, String key) {
    return file.section(key).orElseGet(() -> Section.empty(report, file.at(key), key));
  }

  /** The variables are those that OpenTelemetry's own programs read. */
  private TraceSettings tracing(Section tracing) {
    @Nullable URI configured = tracing.url("endpoint").orNull();
    @Nullable URI named = environment.url("OTEL_EXPORTER_OTLP_ENDPOINT").orNull();
    var service = tracing.text("service").orElse(TraceSettings.OFF.service());
    Map<String, Secret> headers = new LinkedHashMap<>(Headers.read(tracing, "headers", report));
    headers.putAll(pairs(environment.secret("OTEL_EXPORTER_OTLP_HEADERS").orElse(Secret.NONE)));
    return new TraceSettings(
        named == null ? configured : named,
        tracing.percent("sample").orElse(TraceSettings.OFF.sample()),
        headers,
        environment.text("OTEL_SERVICE_NAME").orElse(service));
  }

  /** {@code name=value,name=value}, percent-encoded. */
  private static Map<String, Secret> pairs(Secret list) {
    Map<String, Secret> headers = new LinkedHashMap<>();
    for (var pair : list.reveal().split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        var value = pair.substring(equals + 1).strip().replace("+", "%2B");
        headers.put(
            pair.substring(0, equals).strip(),
            new Secret(URLDecoder.decode(value, StandardCharsets.UTF_8)));
      }
    }
    return headers;
  }

  private LogSettings logging(Section logging) {
    var format = logging.choice("format", Format.class).orElse(Format.AUTO);
    boolean content = logging.flag("content").orElse(false);
    return new LogSettings(
        environment.choice("TIDEGATE_LOG_FORMAT", Format.class).orElse(format), content);
  }

  private static @Nullable Long audit(Section audit) {
    long ms = audit.durationOrNever("retention").orElse(AUDIT_MS);
    return ms == Long.MAX_VALUE ? null : ms;
  }
}
