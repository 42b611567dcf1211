package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class UnitsProperties {

  @Property
  void durationsReadBackInEveryUnit(@ForAll @LongRange(min = 1, max = 100_000_000) long amount) {
    assertThat(Units.millis(amount + "ms")).isEqualTo(amount);
    assertThat(Units.millis(amount + "s")).isEqualTo(amount * 1_000);
    assertThat(Units.millis(amount + "m")).isEqualTo(amount * 60_000);
    assertThat(Units.millis(amount + "h")).isEqualTo(amount * 3_600_000);
    assertThat(Units.millis(amount + "d")).isEqualTo(amount * 86_400_000);
  }

  @Property
  void aKilobyteHas1024Bytes(@ForAll @LongRange(min = 1, max = 1_000_000_000) long amount) {
    assertThat(Units.bytes(amount + "B")).isEqualTo(amount);
    assertThat(Units.bytes(amount + "KB")).isEqualTo(amount << 10);
    assertThat(Units.bytes(amount + "MB")).isEqualTo(amount << 20);
    assertThat(Units.bytes(amount + "GB")).isEqualTo(amount << 30);
  }

  @Property
  void percentagesAreFractions(@ForAll @IntRange(max = 100) int amount) {
    assertThat(Units.fraction(amount + "%")).isEqualTo(amount / 100.0);
  }

  @Property
  void anythingElseIsRefusedWithTheSentenceThatSaysWhatToWrite(@ForAll("nonsense") String text) {
    assertThatThrownBy(() -> Units.millis(text)).hasMessageStartingWith("must be a duration");
    assertThatThrownBy(() -> Units.bytes(text)).hasMessageStartingWith("must be a size");
    assertThatThrownBy(() -> Units.fraction(text)).hasMessageStartingWith("must be a percentage");
  }

  @Provide
  Arbitrary<String> nonsense() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "",
            "5",
            "-5s",
            "0s",
            "0B",
            "0ms",
            "5 s",
            "5S",
            "1.5s",
            "5kb",
            "5KiB",
            "s",
            "101%",
            "1h30m",
            "9999999999999999999d",
            "999999999999999999d",
            "999999999999999999GB"),
        Arbitraries.strings().withCharRange('f', 'z').ofMaxLength(8));
  }
}
