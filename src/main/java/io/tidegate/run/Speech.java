package io.tidegate.run;

import io.tidegate.loop.Effect;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Time.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an unfinished reply says. Its first words are told at once; what follows sooner than a
 * screen shows it is gathered and told together, as each piece is encoded and sent to each client.
 */
final class Speech {
  /** So many characters are told whenever they come: larger pieces would be in clients' way. */
  private static final int MOST_GATHERED = 8 * 1024;

  private final SessionDriver driver;
  private final Effect.AskModel asked;
  private final String run;
  private final boolean secret;
  private final long everyNanos;
  private final Strand reasoning = new Strand(true);
  private final Strand text = new Strand(false);
  private long toldAt;
  private @Nullable Timer timer;

  /** One kind of words, and how much of it is told. */
  private static final class Strand {
    final boolean thought;
    final StringBuilder words = new StringBuilder();
    int told;

    Strand(boolean thought) {
      this.thought = thought;
    }

    boolean isTold() {
      return told == words.length();
    }
  }

  /**
   * Nothing was said yet.
   *
   * @param secret whether nobody may hear it before it is complete
   */
  Speech(SessionDriver driver, Effect.AskModel asked, boolean secret) {
    this.driver = driver;
    this.asked = asked;
    this.run = driver.state().run();
    this.secret = secret;
    this.everyNanos = TimeUnit.MILLISECONDS.toNanos(driver.shell().limits().deltaMs());
    this.toldAt = driver.shell().time().nanos() - everyNanos;
  }

  void text(String delta) {
    say(text, reasoning, delta);
  }

  void reasoning(String delta) {
    say(reasoning, text, delta);
  }

  private void say(Strand strand, Strand before, String delta) {
    if (!before.isTold()) {
      flush();
    }
    strand.words.append(delta);
    if (secret || strand.isTold()) {
      return;
    }
    if (strand.words.length() - strand.told >= MOST_GATHERED) {
      flush();
      return;
    }
    if (timer != null) {
      return;
    }
    long leftNanos = toldAt + everyNanos - driver.shell().time().nanos();
    if (leftNanos <= 0) {
      tell(strand);
    } else {
      long leftMs = Math.ceilDiv(leftNanos, TimeUnit.MILLISECONDS.toNanos(1));
      timer = driver.shell().time().after(leftMs, this::flush);
    }
  }

  /** Tells what was said and not told yet. */
  void flush() {
    stop();
    if (!secret) {
      tell(reasoning);
      tell(text);
    }
  }

  /** Tells nothing more. */
  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void tell(Strand strand) {
    if (strand.isTold()) {
      return;
    }
    var shell = driver.shell();
    toldAt = shell.time().nanos();
    var delta =
        new Delta(
            strand.thought,
            run,
            asked.turn(),
            asked.attempt(),
            driver.durable(),
            strand.told,
            strand.words.substring(strand.told));
    strand.told = strand.words.length();
    shell.listener().delta(driver.id(), delta);
  }

  /** All of it so far. */
  Sessions.Partial partial() {
    return new Sessions.Partial(
        run,
        asked.turn(),
        asked.attempt(),
        driver.durable(),
        text.words.toString(),
        reasoning.words.toString());
  }
}
