package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySettingsTest {
  /** The vector "abc" of FIPS 180-4. */
  @Test
  void hashIsTheSha256OfTheKey() {
    assertThat(KeySettings.hash("abc"))
        .isEqualTo("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(KeySettings.validHash(KeySettings.hash("abc"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ci", "Jo <jo@acme.com>", "Ägidius Öhm"})
  void principalsAreFreeTexts(String principal) {
    assertThat(KeySettings.validPrincipal(principal)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " a", "a ", "a\nb", "a\u0007b"})
  void principalsHaveNoBlanksAtTheEndsAndNoControlCharacters(String principal) {
    assertThat(KeySettings.validPrincipal(principal)).isFalse();
  }

  @Test
  void principalsHaveUpTo128Characters() {
    assertThat(KeySettings.validPrincipal("a".repeat(128))).isTrue();
    assertThat(KeySettings.validPrincipal("a".repeat(129))).isFalse();
  }
}
