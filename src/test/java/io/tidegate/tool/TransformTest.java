package io.tidegate.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Json;
import io.tidegate.tool.json.JsonText;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformTest {
  private static final String RAW =
      """
      {"id":12345678901234567890123,"amount":0.1000000000000000000001,"none":null,
       "rows":[{"k":"a","v":1},{"k":"b","v":2}]}\
      """;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"id\": id, \"amount\": amount} |"
            + " {\"id\":12345678901234567890123,\"amount\":1.000000000000000000001E-1}",
        "rows.k | [\"a\",\"b\"]",
        "$sum(rows.v) | 3",
        "rows[v > 1].k | \"b\"",
        "nowhere | null",
        "none | null",
        "{\"none\": none, \"gone\": gone} | {\"none\":null}",
        "$args.q & \"!\" | \"x!\"",
        "$count(rows) > 1 | true",
        "$sum(rows.v) / 7 | 0.42857142857142855",
      })
  void makesSmallJsonOfLarge(String expression, String expected) throws Exception {
    var expectedTree = JsonText.tree(new Json(expected));
    assertThat(JsonText.tree(new Json(apply(expression, RAW)))).isEqualTo(expectedTree);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "{", "rows[", "$f("})
  void aBrokenExpressionIsSaidWhenItIsMade(String expression) {
    assertThatThrownBy(() -> new Transform(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the transform is not valid JSONata: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rows + 1",
        "$error(\"no\")",
        "$nofunction()",
        "function($x){$x}",
        "/a+/",
        "1/0",
        "($f := function($x){1 + $f($x)}; $f(1))",
        "($f := function($x){$f($x)}; $f(1))"
      })
  void whatFailsOnAResultIsSaid(String expression) {
    assertThatThrownBy(() -> apply(expression, RAW))
        .isInstanceOf(Transform.Failed.class)
        .message()
        .isNotBlank();
  }

  @Test
  void anEndlessLoopEnds() {
    var start = System.nanoTime();
    assertThatThrownBy(() -> apply("($f := function($x){$f($x + 1)}; $f(1))", RAW))
        .hasMessageContaining("timeout");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void manyThreadsMayUseOne() {
    var transform =
        new Transform("{\"me\": $args.n, \"all\": $map($, function($x){$x * $args.n})}");
    var input = JsonText.tree(new Json("[1,2,3]"));
    boolean right =
        IntStream.range(0, 2000)
            .parallel()
            .allMatch(
                n -> {
                  try {
                    var args = JsonText.tree(new Json("{\"n\":" + n + "}"));
                    String expected =
                        "{\"me\":%d,\"all\":[%d,%d,%d]}".formatted(n, n, 2 * n, 3 * n);
                    return transform.apply(input, args).toString().equals(expected);
                  } catch (Transform.Failed e) {
                    throw new AssertionError(e);
                  }
                });
    assertThat(right).isTrue();
  }

  private static String apply(String expression, String raw) throws Transform.Failed {
    var args = JsonText.tree(new Json("{\"q\":\"x\"}"));
    return new Transform(expression).apply(JsonText.tree(new Json(raw)), args).toString();
  }
}
