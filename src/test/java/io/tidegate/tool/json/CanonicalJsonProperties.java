package io.tidegate.tool.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.erdtman.jcs.JsonCanonicalizer;

class CanonicalJsonProperties {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Property(tries = 300)
  void keyOrderAndWhitespaceDoNotMatter(@ForAll("documents") JsonNode document, @ForAll long seed)
      throws Exception {
    String shuffled =
        new JsonMapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(shuffled(document, new Random(seed)));
    assertThat(canonical(shuffled)).isEqualTo(CanonicalJson.write(document).text());
  }

  @Property(tries = 300)
  void canonicalTextIsItsOwnCanonicalForm(@ForAll("documents") JsonNode document) throws Exception {
    String once = CanonicalJson.write(document).text();
    assertThat(canonical(once)).isEqualTo(once);
  }

  @Property
  void doublesAreWrittenAsTheRfcWritesThem(@ForAll double number) throws Exception {
    // Java writes at least two digits, which differs from the shortest for a few tiny doubles.
    String text = "[" + BigDecimal.valueOf(number) + "]";
    String rfc = new JsonCanonicalizer(text).getEncodedString();
    if (new BigDecimal(rfc.substring(1, rfc.length() - 1)).compareTo(BigDecimal.valueOf(number))
        == 0) {
      assertThat(canonical(text)).isEqualTo(rfc);
    }
  }

  @Property
  void numbersKeepTheirValue(@ForAll BigDecimal number) throws Exception {
    String text = canonical(number.toString());
    assertThat(new BigDecimal(text)).isEqualByComparingTo(number);
    assertThat(canonical(number.toPlainString())).isEqualTo(text);
  }

  @Provide
  Arbitrary<JsonNode> documents() {
    return document(3);
  }

  private static Arbitrary<JsonNode> document(int depth) {
    Arbitrary<JsonNode> leaf =
        Arbitraries.oneOf(
            text().map(NODES::textNode),
            Arbitraries.longs().map(NODES::numberNode),
            Arbitraries.bigDecimals().map(number -> (JsonNode) NODES.numberNode(number)),
            Arbitraries.of(NODES.booleanNode(true), NODES.booleanNode(false)),
            Arbitraries.just(NODES.nullNode()));
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<JsonNode> inner = document(depth - 1);
    Arbitrary<JsonNode> array =
        inner.list().ofMaxSize(4).map(list -> NODES.arrayNode().addAll(list));
    Arbitrary<JsonNode> object =
        Arbitraries.maps(text(), inner).ofMaxSize(4).map(map -> NODES.objectNode().setAll(map));
    return Arbitraries.oneOf(leaf, array, object);
  }

  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .withChars("ab\"\\\n\u0001é€\uFB33")
        .withCharRange('0', '9')
        .ofMaxLength(6);
  }

  private static JsonNode shuffled(JsonNode node, Random random) {
    if (node.isArray()) {
      var array = NODES.arrayNode();
      node.forEach(element -> array.add(shuffled(element, random)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var names = new ArrayList<String>();
    node.fieldNames().forEachRemaining(names::add);
    Collections.shuffle(names, random);
    var object = NODES.objectNode();
    names.forEach(name -> object.set(name, shuffled(node.get(name), random)));
    return object;
  }

  private static String canonical(String text) throws MalformedJson {
    return CanonicalJson.write(JsonText.parse(text)).text();
  }
}
