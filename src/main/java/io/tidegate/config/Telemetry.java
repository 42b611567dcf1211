package io.tidegate.config;

import io.tidegate.meter.LogSettings;
import io.tidegate.meter.trace.TraceSettings;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway lets others see of itself.
 *
 * @param auditMs how long the audit log keeps an entry, in milliseconds, or null for ever
 */
public record Telemetry(TraceSettings tracing, LogSettings logging, @Nullable Long auditMs) {}
