package io.tidegate.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WireNamesTest {

  @Test
  void dotBecomesUnderscoreAndBack() {
    var names = WireNames.of(List.of("erp.lookup"), List.of());
    assertThat(names.wire("erp.lookup")).isEqualTo("erp_lookup");
    assertThat(names.tool("erp_lookup")).isEqualTo("erp.lookup");
  }

  @Test
  void aValidNameKeepsItsOwnWhateverTheOrder() {
    var names = WireNames.of(List.of("erp.lookup", "erp_lookup"), List.of());
    assertThat(names.wire("erp_lookup")).isEqualTo("erp_lookup");
    assertThat(names.wire("erp.lookup")).startsWith("erp_lookup_").isNotEqualTo("erp_lookup");
    assertThat(names.tool(names.wire("erp.lookup"))).isEqualTo("erp.lookup");
  }

  @Test
  void longNamesThatBeginAlikeStayApart() {
    String one = "a".repeat(70) + "1";
    String two = "a".repeat(70) + "2";
    var names = WireNames.of(List.of(one, two), List.of());
    assertThat(names.wire(one)).hasSize(64).isNotEqualTo(names.wire(two));
  }

  @Test
  void namesOfEqualHashStayApart() {
    String one = "é.Aa".repeat(20);
    String two = "é.BB".repeat(20);
    assertThat(one.hashCode()).isEqualTo(two.hashCode());
    var names = WireNames.of(List.of(one, two), List.of());
    assertThat(names.wire(one)).isNotEqualTo(names.wire(two));
  }

  @Test
  void aNameThatTheModelMadeUpIsPassedOnAndMadeValidToGoBack() {
    var names = WireNames.of(List.of("now"), List.of("made up!", ""));
    assertThat(names.tool("anything")).isEqualTo("anything");
    assertThat(names.wire("made up!")).isEqualTo("made_up_");
    assertThat(names.wire("")).matches("[a-zA-Z0-9_-]{1,64}");
  }

  @Test
  void aToolKeepsItsNameWhenAModelMadeUpTheSame() {
    var names = WireNames.of(List.of("erp.lookup"), List.of("erp_lookup"));
    assertThat(names.tool("erp_lookup")).isEqualTo("erp.lookup");
    assertThat(names.wire("erp_lookup")).isNotEqualTo("erp_lookup");
  }
}
