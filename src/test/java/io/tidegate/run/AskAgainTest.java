package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Price;
import io.tidegate.loop.Event.Again;
import io.tidegate.loop.Pin;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AskAgainTest {
  private static final Pin.Route ROUTE =
      new Pin.Route("smart", List.of(target("first", 3), target("second", 1)));

  private static Pin.Target target(String model, int attempts) {
    return new Pin.Target("p", model, Price.FREE, Pin.Timeout.DEFAULT, attempts, 1_000, null);
  }

  @Test
  void theSameTargetIsAskedAgainAfterALongerAndLongerPause() {
    assertThat(after(Kind.OVERLOADED, null, 0, 1)).isEqualTo(new Again(0, 225));
    assertThat(after(Kind.OVERLOADED, null, 0, 2)).isEqualTo(new Again(0, 450));
  }

  @Test
  void theNextTargetIsAskedAtOnceWhenTheTriesAreUsedUp() {
    assertThat(after(Kind.OVERLOADED, null, 0, 3)).isEqualTo(new Again(1, 0));
  }

  @Test
  void afterTheLastTargetNobodyIsAsked() {
    assertThat(after(Kind.OVERLOADED, null, 1, 1)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UNAUTHORIZED", "REJECTED", "CONTEXT_FULL"})
  void whatWouldFailAgainGoesToTheNextTargetAtOnce(Kind kind) {
    assertThat(after(kind, null, 0, 1)).isEqualTo(new Again(1, 0));
  }

  @Test
  void thePauseIsAtLeastWhatTheProviderAskedFor() {
    assertThat(after(Kind.RATE_LIMITED, 5_000L, 0, 1)).isEqualTo(new Again(0, 5_225));
  }

  @Test
  void aProviderThatAsksForTooLongAPauseIsAsGoodAsDown() {
    assertThat(after(Kind.RATE_LIMITED, 60_001L, 0, 1)).isEqualTo(new Again(1, 0));
  }

  private static @Nullable Again after(
      Kind kind, @Nullable Long retryAfterMs, int target, int tries) {
    return AskAgain.after(
        new ModelFailure(kind, "It broke.", retryAfterMs), ROUTE, target, tries, 0.9);
  }
}
