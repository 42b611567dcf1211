package io.tidegate.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KnownTest {
  private final AtomicInteger found = new AtomicInteger();
  private final Known<Integer, String> known =
      new Known<>(
          label -> {
            found.incrementAndGet();
            return "meter " + label;
          });

  @Test
  void eachIsLookedForOnce() {
    assertThat(known.of(1)).isSameAs(known.of(1)).isEqualTo("meter 1");
    assertThat(found).hasValue(1);
  }

  @Test
  void whatFindsItFullIsServedAndNotKept() {
    for (int i = 0; i < Known.MOST + 5; i++) {
      assertThat(known.of(i)).isEqualTo("meter " + i);
    }
    found.set(0);
    known.of(0);
    assertThat(found).hasValue(0);
    assertThat(known.of(Known.MOST)).isEqualTo("meter " + Known.MOST);
    assertThat(known.of(Known.MOST)).isEqualTo("meter " + Known.MOST);
    assertThat(found).hasValue(2);
  }
}
