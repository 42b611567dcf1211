package io.tidegate.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.StringLength;

class ArithmeticProperties {

  @Property
  void sumsDifferencesAndProductsAreExact(@ForAll BigDecimal a, @ForAll BigDecimal b)
      throws Exception {
    assertThat(value(a + " + " + b)).isEqualByComparingTo(a.add(b));
    assertThat(value(a + "-" + b)).isEqualByComparingTo(a.subtract(b));
    assertThat(value(a + "*(" + b + ")")).isEqualByComparingTo(a.multiply(b));
    assertThat(value("(" + a + "+" + b + ")*" + a)).isEqualByComparingTo(a.add(b).multiply(a));
  }

  @Property
  void quotientsAreRightToFiftyDigits(
      @ForAll @BigRange(min = "-1e9", max = "1e9") @Scale(4) BigDecimal a,
      @ForAll @BigRange(min = "-1e9", max = "1e9") @Scale(4) BigDecimal b)
      throws Exception {
    Assume.that(b.signum() != 0);
    BigDecimal quotient = value(a + "/" + b);
    BigDecimal tolerance = a.abs().movePointLeft(49).max(new BigDecimal("1e-60"));
    assertThat(quotient.multiply(b)).isCloseTo(a, within(tolerance));
  }

  @Property
  void remaindersFollowTheDividend(@ForAll long a, @ForAll int b) throws Exception {
    Assume.that(b != 0);
    assertThat(value(a + " % " + b)).isEqualByComparingTo(BigDecimal.valueOf(a % b));
  }

  @Property(tries = 2000)
  void anyTextGivesANumberOrASentence(
      @ForAll
          @AlphaChars
          @CharRange(from = '0', to = '9')
          @Chars({'+', '-', '*', '/', '%', '^', '(', ')', '.', 'e', ' '})
          @StringLength(max = 60)
          String text) {
    try {
      assertThat(value(text)).isNotNull();
    } catch (BadInput e) {
      assertThat(e).hasMessageEndingWith(".");
    }
  }

  private static BigDecimal value(String expression) throws BadInput {
    return new Expression(expression).value();
  }
}
