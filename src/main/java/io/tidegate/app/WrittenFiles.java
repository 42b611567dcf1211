package io.tidegate.app;

import io.tidegate.config.Config;
import io.tidegate.config.Look;
import io.tidegate.config.Origin;
import io.tidegate.config.Settings;
import java.util.function.UnaryOperator;

/**
 * The configuration as files.
 *
 * @param completed adds what is in no file
 */
record WrittenFiles(Origin origin, UnaryOperator<Settings> completed) implements Reload.Written {
  @Override
  public Look look() {
    return origin.look();
  }

  @Override
  public Settings read(Look look) {
    return completed.apply(Config.read(look, Serve.parts()));
  }
}
