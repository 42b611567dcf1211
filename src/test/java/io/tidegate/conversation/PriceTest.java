package io.tidegate.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PriceTest {
  private static final Price PRICE =
      new Price(Usd.parse("2.5"), Usd.parse("0.25"), Usd.parse("3.125"), Usd.parse("10"));

  @Test
  void eachKindOfTokenHasItsPrice() {
    var usage = new Usage(1_000_000, 200_000, 100_000, 50_000, 10_000);
    // 700,000 at 2.5, 200,000 at 0.25, 100,000 at 3.125, 50,000 at 10
    assertThat(PRICE.cost(usage)).isEqualTo(Usd.parse("2.6125"));
  }

  @Test
  void reasoningIsPartOfTheOutputAndNotPaidTwice() {
    assertThat(PRICE.cost(new Usage(0, 0, 0, 100, 100)))
        .isEqualTo(PRICE.cost(new Usage(0, 0, 0, 100, 0)));
  }

  @Test
  void aPartOfANanoDollarIsAWholeOne() {
    var price = new Price(new Usd(1), Usd.ZERO, Usd.ZERO, Usd.ZERO);
    assertThat(price.cost(new Usage(1, 0, 0, 0, 0))).isEqualTo(new Usd(1));
    assertThat(price.cost(new Usage(1_000_001, 0, 0, 0, 0))).isEqualTo(new Usd(2));
  }

  @Test
  void moreCachedTokensThanInputAreNoCredit() {
    var price = new Price(Usd.parse("1"), Usd.ZERO, Usd.ZERO, Usd.ZERO);
    assertThat(price.cost(new Usage(10, 20, 0, 0, 0))).isEqualTo(Usd.ZERO);
  }
}
