package io.tidegate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginTest {
  @TempDir private Path root;
  private Path folder;
  private Path secrets;

  @BeforeEach
  void makeFolders() throws IOException {
    folder = Files.createDirectories(root.resolve("config"));
    secrets = Files.createDirectories(root.resolve("secrets"));
    Files.createDirectories(folder.resolve("agents"));
    Files.writeString(folder.resolve("agents/one.yaml"), "model: a\n");
  }

  private Origin origin() {
    return Origin.of(
        Map.of("TIDEGATE_CONFIG", folder + "", "TIDEGATE_SECRETS", secrets + "", "KEY", "outside"));
  }

  @Test
  void twoLooksAtTheSameFilesAreEqualAndAChangeOfAnyShows() throws IOException {
    var first = origin().look();
    assertThat(origin().look()).isEqualTo(first);
    Files.writeString(folder.resolve("agents/one.yaml"), "model: b\n");
    var second = origin().look();
    assertThat(second).isNotEqualTo(first);
    Files.writeString(secrets.resolve("KEY"), "inside");
    assertThat(origin().look()).isNotEqualTo(second);
  }

  @Test
  void whatIsNotReadIsNoChange() throws IOException {
    var first = origin().look();
    Files.writeString(folder.resolve("README"), "words");
    Files.writeString(folder.resolve(".models.yaml.swp"), "half");
    Files.writeString(secrets.resolve("no-variable"), "x");
    assertThat(origin().look()).isEqualTo(first);
  }

  @Test
  void secretGoesBeforeTheEnvironmentAndLosesItsLineBreak() throws IOException {
    assertThat(origin().look().variables()).containsEntry("KEY", "outside");
    Files.writeString(secrets.resolve("KEY"), "inside\n");
    assertThat(origin().look().variables()).containsEntry("KEY", "inside");
    assertThat(origin().look()).asString().doesNotContain("inside");
  }

  /** As Kubernetes does it: files are links into a folder that a link names, which is replaced. */
  @Test
  void folderThatIsSwappedIsSeen() throws IOException {
    swap("1", "old");
    Files.createSymbolicLink(secrets.resolve("KEY"), Path.of("..data", "KEY"));
    assertThat(origin().look().variables()).containsEntry("KEY", "old");
    swap("2", "new");
    assertThat(origin().look().variables()).containsEntry("KEY", "new");
  }

  private void swap(String version, String value) throws IOException {
    var data = Files.createDirectories(secrets.resolve(".." + version));
    Files.writeString(data.resolve("KEY"), value);
    var link = secrets.resolve("..data_tmp");
    Files.createSymbolicLink(link, data.getFileName());
    Files.move(
        link,
        secrets.resolve("..data"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void whatCanNotBeReadIsFoundAndRefused() throws IOException {
    Files.createSymbolicLink(secrets.resolve("GONE"), Path.of("..data", "GONE"));
    Files.write(folder.resolve("models.yaml"), new byte[] {(byte) 0xff});
    var look = origin().look();
    assertThat(origin().look()).isEqualTo(look);
    assertThatThrownBy(() -> Config.read(look, TestParts.PARTS))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("GONE in " + secrets + ": can't be read")
        .hasMessageContaining("models.yaml: is no text in UTF-8");
  }

  @Test
  void noMoreIsReadThanThereIsRoomFor() throws IOException {
    Files.writeString(folder.resolve("models.yaml"), "#".repeat(Origin.MOST_BYTES));
    var look = origin().look();
    assertThat(look.files().get("agents/one.yaml").problem()).contains("may have 32 MB");
    assertThat(look.files().get("models.yaml").problem()).isEmpty();
  }

  @Test
  void secretsThatAreNamedMustBeThere() {
    assertThatThrownBy(() -> Origin.of(Map.of("TIDEGATE_SECRETS", root.resolve("none") + "")))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("TIDEGATE_SECRETS: must name a folder");
  }
}
