package io.tidegate.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private final List<String> begun = new ArrayList<>();
  private final Slots slots = new Slots(3, 2, 2);

  private boolean take(String host, String name) {
    return slots.take(host, () -> begun.add(name));
  }

  @Test
  void aHostThatTakesItsTimeLeavesSlotsToOthers() {
    take("a", "a1");
    take("a", "a2");
    take("a", "a3");
    take("b", "b1");
    take("b", "b2");
    assertThat(begun).containsExactly("a1", "a2", "b1");
    slots.release("b");
    assertThat(begun).containsExactly("a1", "a2", "b1", "b2");
    slots.release("a");
    assertThat(begun).containsExactly("a1", "a2", "b1", "b2", "a3");
  }

  @Test
  void theLineHasABound() {
    take("a", "a1");
    take("a", "a2");
    assertThat(take("a", "a3")).isTrue();
    assertThat(take("a", "a4")).isTrue();
    assertThat(take("a", "a5")).isFalse();
    assertThat(take("b", "b1")).isTrue();
  }

  @Test
  void workThatEndsAtOnceLetsTheNextIn() {
    for (int i = 0; i < 10; i++) {
      var name = "n" + i;
      slots.take(
          "a",
          () -> {
            begun.add(name);
            slots.release("a");
          });
    }
    assertThat(begun).hasSize(10);
  }
}
