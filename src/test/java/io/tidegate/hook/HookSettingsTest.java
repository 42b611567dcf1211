package io.tidegate.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.hook.HookSettings.Hook;
import io.tidegate.hook.HookSettings.Host;
import io.tidegate.loop.Event;
import io.tidegate.loop.StopReason;
import io.tidegate.run.HookEvent;
import io.tidegate.run.Secret;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookSettingsTest {
  private final HookSettings settings =
      new HookSettings(
          List.of(), new Secret("hush"), hosts("hooks.example.com", "*.example.org", "local:8443"));

  private static List<Host> hosts(String... names) {
    return Stream.of(names).map(Host::parse).toList();
  }

  private static Event.Hook hook(String url) {
    return new Event.Hook(url, List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hooks.example.com/x?y=z",
        "http://HOOKS.example.com",
        "https://hooks.example.com:443/",
        "https://a.b.example.org/",
        "http://local:8443/"
      })
  void aListedHostMayBeNamed(String url) {
    assertThat(settings.refusal(hook(url))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/",
        "https://evil-example.org/",
        "https://hooks.example.com.evil.net/",
        "https://hooks.example.com:8080/",
        "http://hooks.example.com:443/",
        "https://local/",
        "http://169.254.169.254/",
        "https://evil.net/#hooks.example.com",
        "https://evil.net\\@hooks.example.com/",
        "https://hooks.example.com@evil.net/",
        "https://user:pass@hooks.example.com/",
        "ftp://hooks.example.com/",
        "//hooks.example.com/",
        "hooks.example.com",
        "https:///x",
        "https://hooks.example.com./",
        "https://hooks.example.com\r\nX: y",
        ""
      })
  void othersMayNot(String url) {
    assertThat(settings.refusal(hook(url))).isNotNull();
  }

  @Test
  void withoutASecretOrHostsNoRunMayBringAWebhook() {
    var url = hook("https://hooks.example.com/");
    assertThat(new HookSettings(List.of(), Secret.NONE, settings.runHosts()).refusal(url))
        .contains("webhook-secret");
    assertThat(new HookSettings(List.of(), new Secret("x"), List.of()).refusal(url))
        .contains("webhook-hosts");
  }

  @Test
  void onlyWhatSomebodyIsToldOfIsWanted() {
    var stops =
        new Hook("a", URI.create("http://x"), Secret.NONE, Set.of(HookEvent.RUN_QUEUED), Set.of());
    var some = new HookSettings(List.of(stops), Secret.NONE, List.of());
    assertThat(some.wants(new Event.Cancelled(StopReason.CANCELLED, "", ""))).isFalse();
    assertThat(settings.wants(new Event.Cancelled(StopReason.CANCELLED, "", ""))).isTrue();
    assertThat(settings.wants(new Event.DeadlinePassed())).isFalse();
    assertThat(new HookSettings(List.of(), Secret.NONE, List.of()).wants(new Event.Resumed(1)))
        .isFalse();
  }
}
