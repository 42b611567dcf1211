package io.tidegate.loop;

import java.util.List;

/**
 * The choices of a simulated world, made beforehand; after its end every choice is the plainest, so
 * that a world always calms down.
 */
final class Tape {
  private final List<Integer> choices;
  private int at;

  Tape(List<Integer> choices) {
    this.choices = choices;
  }

  /** A number from 0 to below {@code options}; 0 is the plainest choice. */
  int choose(int options) {
    return ended() || options <= 1 ? 0 : choices.get(at++) % options;
  }

  /** True about once in so many times, never after the end. */
  boolean seldom(int times) {
    return choose(times) == times - 1 && times > 1;
  }

  boolean ended() {
    return at >= choices.size();
  }
}
