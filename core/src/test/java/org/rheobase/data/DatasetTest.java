package org.rheobase.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rheobase.TestData;

class DatasetTest {
  @TempDir Path folder;

  @Test
  void cifarRecordsAreALabelAndThreePlanes() throws IOException {
    byte[] records = new byte[2 * 3073];
    records[3073] = 9;
    records[3073 + 1 + 33] = 11; // red of row 1, column 1
    records[3073 + 1 + 1024] = 22; // green of the first pixel
    records[3073 + 1 + 2048] = (byte) 200; // blue
    Path file = Files.write(folder.resolve("a.bin"), records);
    Dataset data = DataSpec.parse("cifar10:" + file + "," + file);
    assertThat(data.size()).isEqualTo(4);
    Sample sample = data.get(3);
    assertThat(sample.label()).isEqualTo(9);
    assertThat(sample.image().value(1, 1, 0)).isEqualTo(11);
    assertThat(sample.image().value(0, 0, 1)).isEqualTo(22);
    assertThat(sample.image().value(0, 0, 2)).isEqualTo(200);
  }

  @Test
  void drawnScenesDependOnTheSeedAndTheirIndexAlone() {
    Dataset some = DataSpec.parse("shapes:40,seed=5");
    Dataset more = DataSpec.parse("shapes:80,seed=5[first=20,count=20]");
    assertThat(more.get(0).image().rgb()).isEqualTo(some.get(20).image().rgb());
    assertThat(more.get(19).label()).isEqualTo(some.get(39).label());
    assertThat(DataSpec.parse("shapes:40,seed=6").get(20).image().rgb())
        .isNotEqualTo(some.get(20).image().rgb());
    Set<Integer> labels = new HashSet<>();
    for (int i = 0; i < some.size(); i++) {
      labels.add(some.get(i).label());
    }
    assertThat(labels).hasSizeGreaterThan(3);
  }

  @Test
  void fingerprintFollowsContentNotPlace() throws IOException {
    byte[] records = new byte[2 * 3073];
    records[5] = 1;
    Path here = Files.write(folder.resolve("a.bin"), records);
    Path there = Files.write(Files.createDirectory(folder.resolve("b")).resolve("a.bin"), records);
    String known = DataSpec.parse("cifar10:" + here).fingerprint();
    assertThat(DataSpec.parse("cifar10:" + there).fingerprint()).isEqualTo(known);
    records[6] = 1;
    Files.write(there, records);
    assertThat(DataSpec.parse("cifar10:" + there).fingerprint()).isNotEqualTo(known);
  }

  @Test
  void imagenetNamesCarryTheirLabels() {
    Path images = TestData.require("imagenet/images");
    Path labels = TestData.require("imagenet/labels.txt");
    Dataset byFile = DataSpec.parse("images:" + images + ",labels=" + labels);
    Dataset byName = DataSpec.parse("images:" + images);
    assertThat(byFile.size()).isEqualTo(248);
    assertThat(byName.size()).isEqualTo(248);
    Set<String> pairs = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      pairs.add(Path.of(byFile.get(i).name()).getFileName() + " " + byFile.get(i).label());
    }
    for (int i = 0; i < 10; i++) {
      assertThat(pairs)
          .contains(Path.of(byName.get(i).name()).getFileName() + " " + byName.get(i).label());
    }
  }
}
