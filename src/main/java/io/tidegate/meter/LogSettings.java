package io.tidegate.meter;

/**
 * What log lines look like.
 *
 * @param content whether lines about runs hold what users said and what was answered
 */
public record LogSettings(Format format, boolean content) {
  public static final LogSettings DEFAULT = new LogSettings(Format.AUTO, false);

  /** How a line is written. */
  public enum Format {
    /** Text at a terminal, JSON elsewhere. */
    AUTO,
    JSON,
    TEXT
  }
}
