package io.tidegate.session.bundled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutableTest {
  @Test
  void everyPlatformsServerIsInTheJar() {
    for (var os : List.of("Linux", "Mac OS X")) {
      for (var architecture : List.of("amd64", "x86_64", "aarch64", "arm64")) {
        assertThat(Executable.class.getResource("/" + Executable.name(os, architecture)))
            .as("%s %s", os, architecture)
            .isNotNull();
      }
    }
  }

  @Test
  void otherPlatformsAreToldToBringTheirOwn() {
    assertThatThrownBy(() -> Executable.name("Windows 11", "amd64"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("there is none for Windows 11 amd64")
        .hasMessageContaining("REDIS_URL");
  }
}
