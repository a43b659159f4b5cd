package org.rheobase.cli.report.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rheobase.cli.report.drawing.Diagram.Connection;
import org.rheobase.cli.report.drawing.Diagram.Form;
import org.rheobase.cli.report.drawing.Diagram.Mark;
import org.rheobase.cli.report.drawing.Diagram.Region;
import org.rheobase.cli.report.drawing.Diagram.Row;
import org.rheobase.cli.report.drawing.Diagram.Shade;
import org.rheobase.cli.report.drawing.Diagram.Unit;
import org.rheobase.error.FailureException;

class SvgPictureTest {
  private static Unit operation(String label) {
    return new Unit(
        Form.OPERATIONS, List.of(new Row(label, "64×8×8", Mark.EXACT)), List.of("conv1"));
  }

  private static Unit site(String channels) {
    return new Unit(Form.SITE, List.of(new Row(channels, "", Mark.EXACT)), List.of("relu1"));
  }

  /** A random network: every unit reads the one before, and some read others too. */
  private static Diagram random(int units, long seed) {
    Random random = new Random(seed);
    List<Unit> drawn = new ArrayList<>();
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < units; i++) {
      drawn.add(i % 2 == 0 ? operation("Conv " + "3×3 ".repeat(random.nextInt(5))) : site("64"));
      if (i > 0) {
        connections.add(new Connection(i - 1, i, false));
      }
      if (i > 1 && random.nextInt(3) == 0) {
        connections.add(new Connection(random.nextInt(i - 1), i, true));
      }
    }
    return new Diagram(
        "net",
        List.of(),
        drawn,
        connections,
        List.of(new Region(Shade.ISLAND, List.of(0, 2)), new Region(Shade.TAIL, List.of(4))));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 20, 60, 150, 500})
  void unitsLieOnTheCanvasBesideEachOther(int units) {
    Diagram diagram = random(units, units);
    Svg svg = Svg.parse(SvgPicture.bytes(diagram));
    svg.checkPlaces();
    assertThat(svg.units()).hasSize(units);
    assertThat(svg.ofClass("site")).hasSize(units / 2);
    long skips = diagram.connections().stream().filter(Connection::skip).count();
    // One more where the legend explains it.
    assertThat(svg.ofClass("skip")).hasSize((int) skips + (skips == 0 ? 0 : 1));
    assertThat(svg.ofClass("region")).hasSize(2);
  }

  @Test
  void isTheSameInEveryRunAndLocale() {
    byte[] picture = SvgPicture.bytes(random(40, 7));
    Locale before = Locale.getDefault();
    try {
      for (String tag : new String[] {"tr-TR", "ar-EG-u-nu-arab", "de-DE"}) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(SvgPicture.bytes(random(40, 7))).isEqualTo(picture);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert('x')</script>&amp;]]>\"",
        "\u0000\u0001\u001b[31m\n\t\ufffe\uffff\u2028",
        "\ud800 lone \udc00",
        "\u202eright to left\u2066\u200f",
        "日本語の名前𝔘𝔫𝔦",
        "",
      })
  void hostileNamesStayTextInsideTheirBoxes(String name) {
    for (String text : new String[] {name, name.repeat(10_000)}) {
      List<Unit> units =
          List.of(
              new Unit(Form.INPUT, List.of(new Row(text, text, Mark.EXACT)), List.of(text)),
              new Unit(Form.OPERATIONS, List.of(new Row(text, text, Mark.REFUSED)), List.of(text)),
              new Unit(Form.OUTPUT, List.of(new Row(text, text, Mark.UNKNOWN)), List.of(text)));
      byte[] picture =
          SvgPicture.bytes(
              new Diagram(
                  text,
                  List.of(text),
                  units,
                  List.of(new Connection(0, 1, false), new Connection(1, 2, false)),
                  List.of()));
      assertThat(picture).hasSizeLessThan(12_000);
      Svg svg = Svg.parse(picture);
      svg.checkPlaces();
      assertThat(svg.ofClass("refusing")).hasSize(1);
      assertThat(svg.texts())
          .allSatisfy(shown ->
              assertThat(shown)
                  .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]")
                  .hasSizeLessThanOrEqualTo(120));
    }
  }

  @Test
  void longNamesKeepTheirEnds() {
    assertThat(Lettering.printable("a".repeat(100) + "/Conv_27", 20))
        .startsWith("aaaa")
        .endsWith("…a/Conv_27".substring(2))
        .hasSize(20);
  }

  @Test
  void moreThanAnybodyCanReadEndsInOneSentence() {
    assertThatThrownBy(() -> SvgPicture.bytes(random(SvgPicture.MOST_UNITS + 1, 1)))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("1001 boxes and circles; expected at most 1000");
    List<Connection> connections = new ArrayList<>();
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      units.add(site("1"));
      for (int j = 0; j < i; j++) {
        connections.add(new Connection(j, i, j < i - 1));
      }
    }
    assertThatThrownBy(
            () -> SvgPicture.bytes(new Diagram("net", List.of(), units, connections, List.of())))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("layers; expected at most 20000");
  }
}
