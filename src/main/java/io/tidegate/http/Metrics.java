package io.tidegate.http;

import org.jspecify.annotations.Nullable;

/** What the management port tells machines that measure. */
public interface Metrics {
  /**
   * All there is to tell, in the format that suits the client best.
   *
   * @param accept the header {@code Accept}, or null
   */
  Page page(@Nullable String accept);

  /** A text and its content type. */
  record Page(String type, String text) {}
}
