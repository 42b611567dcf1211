package io.tidegate.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.tool.StillTime;
import org.junit.jupiter.api.Test;

class ClockTest {
  private final Clock clock = new Clock(new StillTime(1_772_323_199_999L));

  @Test
  void tellsTheTimeInUtc() throws Exception {
    assertThat(clock.call(args()))
        .hasToString("{\"utc\":\"2026-02-28T23:59:59Z\",\"weekday\":\"Saturday\"}");
  }

  @Test
  void tellsTheTimeElsewhere() throws Exception {
    assertThat(clock.call(args().put("zone", "Europe/Berlin")))
        .hasToString(
            """
            {"utc":"2026-02-28T23:59:59Z","zone":"Europe/Berlin",\
            "local":"2026-03-01T00:59:59+01:00","weekday":"Sunday"}\
            """);
  }

  @Test
  void saysThatAZoneIsNotKnown() {
    assertThatThrownBy(() -> clock.call(args().put("zone", "Atlantis")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no time zone 'Atlantis'");
  }

  private static ObjectNode args() {
    return JsonNodeFactory.instance.objectNode();
  }
}
