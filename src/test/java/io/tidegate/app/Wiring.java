package io.tidegate.app;

import io.tidegate.config.Parts;

/** What tests outside this package need of the wiring. */
public final class Wiring {
  private Wiring() {}

  public static Parts parts() {
    return Serve.parts();
  }
}
