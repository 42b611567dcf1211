package io.tidegate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.RunListener.Delta;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final List<String> wakes = new ArrayList<>();
  private final Mailbox mailbox = new Mailbox(() -> wakes.add("wake"));

  @Test
  void takesNothingBeforeItIsOpened() {
    mailbox.put(item("a"));
    assertThat(mailbox.size()).isZero();
    assertThat(mailbox.next()).isNull();
  }

  @Test
  void wakesTheReaderOnceForAnyNumberOfThings() {
    mailbox.open();
    assertThat(mailbox.next()).isNull();
    mailbox.put(item("a"));
    mailbox.put(item("b"));
    assertThat(wakes).hasSize(1);
    assertThat(mailbox.next()).isEqualTo(item("a"));
    assertThat(mailbox.next()).isEqualTo(item("b"));
    assertThat(mailbox.next()).isNull();
    mailbox.put(item("c"));
    assertThat(wakes).hasSize(2);
  }

  @Test
  void keepsSilentlyForReadersThatDidNotAskYet() {
    mailbox.open();
    mailbox.put(item("a"));
    assertThat(wakes).isEmpty();
    assertThat(mailbox.size()).isOne();
  }

  @Test
  void tooManyThingsDropAll() {
    mailbox.open();
    for (int i = 0; i < Mailbox.MOST_ITEMS; i++) {
      mailbox.put(item("a"));
    }
    assertThat(mailbox.overflowed()).isFalse();
    mailbox.put(item("a"));
    assertThat(mailbox.overflowed()).isTrue();
    assertThat(mailbox.size()).isZero();
    assertThat(mailbox.isOpen()).isFalse();
  }

  @Test
  void tooManyBytesDropAll() {
    mailbox.open();
    mailbox.put(item("a".repeat(Mailbox.MOST_BYTES / 2)));
    assertThat(mailbox.size()).isOne();
    mailbox.put(item("a".repeat(Mailbox.MOST_BYTES / 2)));
    assertThat(mailbox.overflowed()).isTrue();
  }

  @Test
  void bytesThatWereTakenMakeRoom() {
    mailbox.open();
    for (int i = 0; i < 10; i++) {
      mailbox.put(item("a".repeat(Mailbox.MOST_BYTES / 2)));
      assertThat(mailbox.next()).isNotNull();
    }
    assertThat(mailbox.overflowed()).isFalse();
  }

  @Test
  void readersThatWaitAreWokenByWhatOverflows() {
    mailbox.open();
    assertThat(mailbox.next()).isNull();
    mailbox.put(item("a".repeat(Mailbox.MOST_BYTES)));
    mailbox.put(item("b"));
    assertThat(wakes).hasSize(1);
    assertThat(mailbox.overflowed()).isTrue();
  }

  @Test
  void oneThingAloneMayBeOfAnySize() {
    mailbox.open();
    var large = item("a".repeat(3 * Mailbox.MOST_BYTES));
    mailbox.put(large);
    assertThat(mailbox.next()).isEqualTo(large);
    assertThat(mailbox.overflowed()).isFalse();
  }

  @Test
  void openingAgainForgetsTheOverflow() {
    tooManyThingsDropAll();
    mailbox.open();
    mailbox.put(item("b"));
    assertThat(mailbox.next()).isEqualTo(item("b"));
  }

  private static Live item(String text) {
    var delta = new Delta(false, "r1", 1, 1, 1, 0, text);
    return new Live.Streamed(delta, Projection.of(ScriptedRun.SESSION, delta));
  }
}
