package io.tidegate.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsdTest {

  @ParameterizedTest
  @CsvSource({
    "0.50, 500000000, 0.50",
    "1, 1000000000, 1.00",
    "' 2.5 ', 2500000000, 2.50",
    "0.000000001, 1, 0.000000001",
    "1e-3, 1000000, 0.001",
    "0, 0, 0.00"
  })
  void decimalsAreReadAndShown(String text, long nanos, String shown) {
    assertThat(Usd.parse(text)).isEqualTo(new Usd(nanos));
    assertThat(new Usd(nanos)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0.0000000001", "1e99", "NaN", "1,5"})
  void whatIsNoAmountIsRefusedWithASentence(String text) {
    assertThatThrownBy(() -> Usd.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was '" + text + "'");
  }

  @Property
  void whatIsShownIsReadAgain(@ForAll long nanos) {
    assertThat(Usd.parse(new Usd(nanos).toString())).isEqualTo(new Usd(nanos));
  }

  @Test
  void aSumThatIsTooLargeIsAnError() {
    assertThatThrownBy(() -> new Usd(Long.MAX_VALUE).plus(new Usd(1)))
        .isInstanceOf(ArithmeticException.class);
  }
}
