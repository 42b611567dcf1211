package io.tidegate.session;

import io.tidegate.run.Secret;
import java.nio.file.Path;

/**
 * Which Redis to use.
 *
 * @param url a {@code redis://}, {@code rediss://} or {@code unix://} URL, maybe with a password;
 *     empty starts the bundled server
 * @param data the folder of the bundled server
 * @param connections connections that each event loop keeps
 */
public record RedisSettings(Secret url, Path data, int connections) {}
