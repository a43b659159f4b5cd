package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.error.MisuseException;

class AtomicFileTest {
  private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private long files() throws IOException {
    try (var list = Files.list(folder)) {
      return list.count();
    }
  }

  @Test
  void leavesNothingBehindWithoutACommit() throws IOException {
    try (AtomicFile file = AtomicFile.create(folder.resolve("a"))) {
      file.write(NEW);
      assertThat(folder.resolve("a")).doesNotExist();
    }
    assertThat(files()).isZero();
  }

  @Test
  void keepsTheOldContentUntilTheCommit() throws IOException {
    Path target = Files.writeString(folder.resolve("a"), "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(NEW);
      assertThat(target).hasContent("old");
      file.commit();
    }
    assertThat(target).hasContent("new");
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void writesThroughALink() throws IOException {
    Path target = Files.writeString(folder.resolve("a"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    try (AtomicFile file = AtomicFile.create(link)) {
      file.write(NEW);
      file.commit();
    }
    assertThat(target).hasContent("new");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void othersMayReadTheResultAsTheyMayAnyNewFile() throws IOException {
    Path plain = Files.createFile(folder.resolve("plain"));
    Path target = folder.resolve("a");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.commit();
    }
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void refusesAFolderAndAMissingFolder() {
    assertThatThrownBy(() -> AtomicFile.create(folder))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> AtomicFile.create(folder.resolve("missing/a")))
        .isInstanceOf(MisuseException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void devicesAreWrittenDirectly() {
    try (AtomicFile file = AtomicFile.create(Path.of("/dev/null"))) {
      file.write(NEW);
      file.commit();
    }
    assertThat(Path.of("/dev/null")).exists();
  }

  @Test
  void outputsAppearTogetherOrNotAtAll() throws IOException {
    try (Outputs outputs = new Outputs()) {
      Path made = outputs.folder(folder.resolve("x/y"));
      outputs.file(made.resolve("a")).write(NEW);
      assertThatThrownBy(() -> outputs.file(made.resolve("missing/b")))
          .isInstanceOf(MisuseException.class);
    }
    assertThat(files()).isZero();
    try (Outputs outputs = new Outputs()) {
      Path made = outputs.folder(folder.resolve("x/y"));
      outputs.file(made.resolve("a")).write(NEW);
      outputs.file(made.resolve("b")).write(NEW);
      outputs.commit();
    }
    assertThat(folder.resolve("x/y/a")).hasContent("new");
    assertThat(folder.resolve("x/y/b")).hasContent("new");
  }
}
