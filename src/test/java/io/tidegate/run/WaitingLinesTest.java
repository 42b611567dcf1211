package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingLinesTest {
  private final WaitingLines<String> lines = new WaitingLines<>();

  @Test
  void firstComeFirstServed() {
    lines.join("a", "one");
    lines.join("a", "two");
    lines.join("a", "three");
    assertThat(lines.first("a")).contains("one");
    assertThat(lines.leave("a", "one")).as("who is first now").contains("two");
    assertThat(lines.isFirst("a", "two")).isTrue();
    assertThat(lines.isFirst("a", "three")).isFalse();
  }

  @Test
  void whoLeavesFromTheMiddleMovesNobodyToTheFront() {
    lines.join("a", "one");
    lines.join("a", "two");
    lines.join("a", "three");
    assertThat(lines.leave("a", "two")).isEmpty();
    assertThat(lines.leave("a", "one")).contains("three");
  }

  @Test
  void newcomersJoinTheFirstOfTheirLinesThatThereIs() {
    assertThat(lines.joinIfAny(List.of("a", "b"), "one")).isEmpty();
    lines.join("b", "two");
    assertThat(lines.joinIfAny(List.of("a", "b"), "one")).contains("b");
    lines.join("a", "three");
    assertThat(lines.joinIfAny(List.of("a", "b"), "four")).contains("a");
    assertThat(lines.first("a")).contains("three");
  }

  @Test
  void lineThatIsEmptyIsForgotten() {
    lines.join("a", "one");
    assertThat(lines.leave("a", "one")).isEmpty();
    assertThat(lines.joinIfAny(List.of("a"), "two")).isEmpty();
    assertThat(lines.leave("a", "nobody")).isEmpty();
    assertThat(lines.first("a")).isEmpty();
  }
}
