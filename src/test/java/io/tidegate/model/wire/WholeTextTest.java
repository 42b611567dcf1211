package io.tidegate.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WholeTextTest {
  private final WholeText whole = new WholeText();

  @Test
  void aCharacterInTwoHalvesIsToldOnceItIsWhole() {
    assertThat(whole.add("a\ud83c")).isEqualTo("a");
    assertThat(whole.add("\udf0ab")).isEqualTo("🌊b");
    assertThat(whole.rest()).isEmpty();
  }

  @Test
  void aHalfThatStaysAloneIsReplaced() {
    assertThat(whole.add("\udf0a")).isEqualTo("\uFFFD");
    assertThat(whole.add("\ud83c")).isEmpty();
    assertThat(whole.add("x\ud83c")).isEqualTo("\uFFFDx");
    assertThat(whole.rest()).isEqualTo("\uFFFD");
    assertThat(whole.rest()).isEmpty();
  }

  @Test
  void wholeTextStaysAsItIs() {
    assertThat(WholeText.wellFormed("a🌊\ud83c🌊")).isEqualTo("a🌊\uFFFD🌊");
  }
}
