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

  private static RgbImage rgb(Sample sample) {
    return (RgbImage) sample.picture();
  }

  private Path file(String name, int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return Files.write(folder.resolve(name), content);
  }

  @Test
  void cifar100CountsTheFineLabel() throws IOException {
    byte[] records = new byte[2 * 3074];
    records[3074] = 19;
    records[3075] = 99;
    records[3076] = 5;
    Path file = Files.write(folder.resolve("a.bin"), records);
    Sample sample = DataSpec.parse("cifar100:" + file).get(1);
    assertThat(sample.label()).isEqualTo(99);
    assertThat(rgb(sample).value(0, 0, 0)).isEqualTo(5);
  }

  @Test
  void idxFilesAreGreyImagesAndLabels() throws IOException {
    Path images =
        file("images", 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);
    Path labels = file("labels", 0, 0, 8, 1, 0, 0, 0, 2, 7, 9);
    Dataset data = DataSpec.parse("idx:" + images + "," + labels);
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.get(1).label()).isEqualTo(9);
    assertThat(rgb(data.get(1)).value(2, 0, 1)).isEqualTo(255);
    Preprocessing grey = PreprocessingFile.parse("{size: [1, 3], channels: GREY}", "p.yaml");
    assertThat(grey.apply(data.get(1))).containsExactly(4, 5, 255);
  }

  /** What {@code numpy.save} writes. */
  private static byte[] npy(String type, String shape, byte[] content) {
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    java.nio.ByteBuffer bytes =
        java.nio.ByteBuffer.allocate(10 + header.length() + content.length)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length());
    bytes.put(header.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    return bytes.put(content).array();
  }

  @Test
  void numpyBytesAreImagesAndFloatsAreInputs() throws IOException {
    Path grey =
        Files.write(
            folder.resolve("x.npy"), npy("|u1", "(2, 1, 2)", new byte[] {1, 2, 3, (byte) 200}));
    byte[] classes = new byte[16];
    classes[8] = 4;
    Path labels = Files.write(folder.resolve("y.npy"), npy("<i8", "(2,)", classes));
    Dataset images = DataSpec.parse("npy:" + grey + "," + labels);
    assertThat(images.get(1).label()).isEqualTo(4);
    assertThat(rgb(images.get(1)).value(1, 0, 2)).isEqualTo(200);
    assertThat(DataSpec.parse("npy:" + grey).get(0).label()).isEqualTo(Sample.UNLABELLED);

    byte[] half = java.nio.ByteBuffer.allocate(8).putFloat(0.5f).putFloat(-2).array();
    Path floats = Files.write(folder.resolve("f.npy"), npy(">f4", "(1, 1, 1, 2)", half));
    Preprocessing ignored =
        PreprocessingFile.parse("{size: [1, 2], channels: GREY, mean: [9]}", "p.yaml");
    assertThat(ignored.apply(DataSpec.parse("npy:" + floats).get(0))).containsExactly(0.5f, -2f);

    Path archive = folder.resolve("all.npz");
    try (var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(archive))) {
      for (Path member : java.util.List.of(grey, labels)) {
        zip.putNextEntry(new java.util.zip.ZipEntry(member.getFileName().toString()));
        zip.write(Files.readAllBytes(member));
      }
    }
    Dataset saved = DataSpec.parse("npz:" + archive + ",images=x,labels=y");
    assertThat(saved.get(1).label()).isEqualTo(4);
    assertThat(saved.fingerprint()).isEqualTo(images.fingerprint());
  }

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
    RgbImage image = rgb(sample);
    assertThat(image.value(1, 1, 0)).isEqualTo(11);
    assertThat(image.value(0, 0, 1)).isEqualTo(22);
    assertThat(image.value(0, 0, 2)).isEqualTo(200);
  }

  @Test
  void drawnScenesDependOnTheSeedAndTheirIndexAlone() {
    Dataset some = DataSpec.parse("shapes:40,seed=5");
    Dataset more = DataSpec.parse("shapes:80,seed=5[first=20,count=20]");
    assertThat(rgb(more.get(0)).rgb()).isEqualTo(rgb(some.get(20)).rgb());
    assertThat(more.get(19).label()).isEqualTo(some.get(39).label());
    assertThat(rgb(DataSpec.parse("shapes:40,seed=6").get(20)).rgb())
        .isNotEqualTo(rgb(some.get(20)).rgb());
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
