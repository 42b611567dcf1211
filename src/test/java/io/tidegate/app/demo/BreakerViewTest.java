package io.tidegate.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerViewTest {
  private final BreakerView view = new BreakerView();

  @Test
  void tellsEachChangeOnce() {
    assertThat(see(1, 0, 0)).containsExactly("closed -> open");
    assertThat(see(1, 0, 0)).isEmpty();
    assertThat(see(1, 1, 0)).containsExactly("open -> half-open");
    assertThat(see(1, 1, 1)).containsExactly("half-open -> closed");
  }

  @Test
  void changesBetweenTwoLooksAreInTheOrderInWhichTheyCanHaveBeen() {
    assertThat(see(2, 2, 1))
        .containsExactly(
            "closed -> open",
            "open -> half-open",
            "half-open -> open",
            "open -> half-open",
            "half-open -> closed");
  }

  private List<String> see(int open, int halfOpen, int closed) {
    var text =
        """
        changes_total{state="open"} %d
        changes_total{state="half_open"} %d.0
        changes_total{state="closed"} %d
        """;
    return view.see(Metrics.of(text.formatted(open, halfOpen, closed)).all("changes_total"));
  }
}
