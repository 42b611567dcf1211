package io.tidegate.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WireNamesProperties {

  @Property
  void everyNameHasAValidOneOfItsOwnAndComesBack(
      @ForAll("names") Set<String> tools, @ForAll("names") Set<String> called) {
    var names = WireNames.of(List.copyOf(tools), List.copyOf(called));
    var all = new HashSet<>(tools);
    all.addAll(called);
    assertThat(all.stream().map(names::wire))
        .doesNotHaveDuplicates()
        .allMatch(wire -> wire.matches("[a-zA-Z0-9_-]{1,64}"));
    assertThat(all).allMatch(name -> names.tool(names.wire(name)).equals(name));
  }

  @Provide
  Arbitrary<Set<String>> names() {
    return Arbitraries.of("a", "b", "_", "-", ".", "é", "Aa", "BB", "x".repeat(40))
        .list()
        .ofMaxSize(4)
        .map(pieces -> String.join("", pieces))
        .set()
        .ofMaxSize(12);
  }
}
