package io.tidegate.simulator.scenario;

import java.util.Map;
import java.util.Set;

/**
 * How fast a reply comes.
 *
 * @param first milliseconds until the first piece
 * @param every milliseconds between pieces; 0 sends all at once
 * @param words words in a piece of text
 * @param frames pieces in the whole reply, however many words that makes; 0 goes by words
 */
public record Pace(int first, int every, int words, int frames) {
  private static final Set<String> KEYS = Set.of("first", "every", "words", "frames");
  private static final int MAX = 3_600_000;

  public Pace {
    check("first", first, 0);
    check("every", every, 0);
    check("words", words, 1);
    check("frames", frames, 0);
  }

  /** This pace with some settings replaced. */
  public Pace with(Map<String, ?> settings) {
    for (var key : settings.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("pace has no '%s'.".formatted(key));
      }
    }
    return new Pace(
        number(settings, "first", first),
        number(settings, "every", every),
        number(settings, "words", words),
        number(settings, "frames", frames));
  }

  private static int number(Map<String, ?> settings, String key, int byDefault) {
    var value = settings.get(key);
    if (value == null) {
      return byDefault;
    }
    var text = value.toString();
    if (!text.matches("\\d{1,8}")) {
      throw new IllegalArgumentException(
          "pace %s must be a whole number, was '%s'.".formatted(key, text));
    }
    return Integer.parseInt(text);
  }

  private static void check(String key, int value, int min) {
    if (value < min || value > MAX) {
      throw new IllegalArgumentException(
          "pace %s must be from %d to %d, was %d.".formatted(key, min, MAX, value));
    }
  }
}
