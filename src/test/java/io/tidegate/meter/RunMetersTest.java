package io.tidegate.meter;

import static io.tidegate.meter.Runs.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private String kind = "kind of ";
  private final RunMeters meters =
      new RunMeters(registry, provider -> kind + provider, new CurrentSpan());

  private double count(String name, String... tags) {
    var found = registry.find(name).tags(tags).counter();
    return found == null ? 0 : found.count();
  }

  private double total(String name, String... tags) {
    var found = registry.find(name).tags(tags).summary();
    return found == null ? 0 : found.totalAmount();
  }

  private void recorded(Event event, @Nullable Usd limit) {
    meters.recorded(SESSION, List.of(Runs.entry(event)), Runs.begun(limit, null));
  }

  @Test
  void whoAnsweredIsNotTheFirstThatServesAModelOfThatName() {
    meters.modelAnswered(Runs.answered(Runs.TWO, null));
    meters.modelAnswered(Runs.answered(Runs.TWO, null));
    meters.modelAnswered(Runs.answered(Runs.ONE, null));
    for (var kind : List.of("input=100", "cached_input=40", "output=20")) {
      var name = kind.substring(0, kind.indexOf('='));
      double each = Double.parseDouble(kind.substring(kind.indexOf('=') + 1));
      assertThat(count("tidegate.tokens", "provider", "one", "model", "m", "kind", name))
          .isEqualTo(each);
      assertThat(count("tidegate.tokens", "provider", "two", "model", "m", "kind", name))
          .isEqualTo(2 * each);
    }
    var usage = "gen_ai.client.token.usage";
    assertThat(total(usage, "tidegate.provider", "one", "gen_ai.token.type", "input"))
        .isEqualTo(100);
    assertThat(total(usage, "tidegate.provider", "two", "gen_ai.provider.name", "kind of two"))
        .isPositive();
    assertThat(total(usage, "tidegate.provider", "two", "gen_ai.token.type", "input"))
        .isEqualTo(200);
  }

  @Test
  void whatACacheSavedGoesByThePriceOfWhoAnswered() {
    meters.modelAnswered(Runs.answered(Runs.ONE, null));
    double one = count("tidegate.cache.saved.usd", "cache", "prompt");
    meters.modelAnswered(Runs.answered(Runs.TWO, null));
    double both = count("tidegate.cache.saved.usd", "cache", "prompt");
    assertThat(one).isCloseTo(40e-6, within(1e-12));
    assertThat(both - one).isCloseTo(400e-6, within(1e-12));
  }

  @Test
  void providerThatSpeaksAnotherProtocolNowIsToldApart() {
    meters.modelAnswered(Runs.answered(Runs.ONE, null));
    kind = "new kind of ";
    meters.modelAnswered(Runs.answered(Runs.ONE, null));
    for (var name : List.of("kind of one", "new kind of one")) {
      var tokens = registry.get("gen_ai.client.token.usage").tag("gen_ai.provider.name", name);
      assertThat(tokens.tag("gen_ai.token.type", "input").summary().count()).isEqualTo(1);
    }
  }

  @Test
  void namesThatModelsMakeUpAreOneSeries() {
    for (int i = 0; i < 1_000; i++) {
      recorded(Runs.returned("made-up-" + i, FailureClass.INVALID_ARGUMENTS), null);
    }
    assertThat(registry.find("tidegate.tool.calls").counters()).hasSize(1);
    assertThat(count("tidegate.tool.calls", "gen_ai.tool.name", "unknown")).isEqualTo(1_000);
  }

  @Test
  void failuresAreToldApartByToolAndClass() {
    for (var why : FailureClass.values()) {
      recorded(Runs.returned("look", why), null);
    }
    recorded(Runs.returned("look", null), null);
    for (var why : FailureClass.values()) {
      assertThat(count("tidegate.tool.failures", "gen_ai.tool.name", "look", "class", why.wire()))
          .isEqualTo(1);
    }
    assertThat(count("tidegate.tool.calls", "outcome", "succeeded")).isEqualTo(1);
  }

  private void recordedAt(long at, Event event) {
    var entry = new Entry(at, at, "r", event);
    meters.recorded(SESSION, List.of(entry), Runs.begun(null, null));
  }

  private static Event.ModelAsked asked(int turn) {
    return new Event.ModelAsked(turn, 1, 0, "m", null);
  }

  @Test
  void eagerCallSavesTheTimeThatItRanBeforeItsReplyWasComplete() {
    recordedAt(1_000, asked(1));
    recordedAt(2_000, new Event.CallStarted("c", "look", 1, true));
    recordedAt(5_000, Runs.replied());
    assertThat(count("tidegate.eager.saved.seconds")).isEqualTo(3);
  }

  @Test
  void eagerCallOfAReplyThatWasLostWithItsSessionSavesNothingWhenTheSessionComesBack() {
    recordedAt(1_000, asked(1));
    recordedAt(2_000, new Event.CallStarted("c", "look", 1, true));
    // Others had the session for an hour.
    recordedAt(3_600_000, asked(7));
    recordedAt(3_601_000, Runs.replied());
    assertThat(count("tidegate.eager.saved.seconds")).isZero();
  }

  @Test
  void nothingIsKeptOfSessionsThatWereLostWithTheLease() {
    recordedAt(1_000, asked(1));
    recordedAt(2_000, new Event.CallStarted("c", "look", 1, true));
    meters.leaseLost(1);
    recordedAt(5_000, Runs.replied());
    assertThat(count("tidegate.eager.saved.seconds")).isZero();
  }

  @Test
  void shareOfItsLimitIsThatOfRunsThatHaveOne() {
    recorded(Runs.stopped(Usd.parse("0.5")), Usd.parse("2"));
    recorded(Runs.stopped(Usd.parse("9")), null);
    var share = registry.get("tidegate.run.limit.used.ratio").summary();
    assertThat(share.count()).isEqualTo(1);
    assertThat(share.totalAmount()).isEqualTo(0.25);
  }
}
