package org.rheobase.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void numbersCarryTheirUnitsInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(Numbers.percent(0.915)).isEqualTo("91.5 %");
      assertThat(Numbers.points(-0.008)).isEqualTo("-0.8");
      assertThat(Numbers.points(-0.0001)).isEqualTo("+0.0");
      assertThat(Numbers.count(40_560_000L)).isEqualTo("40.6 M");
      assertThat(Numbers.count(1_230_000_000L)).isEqualTo("1.23 G");
      assertThat(Numbers.count(999_600)).isEqualTo("1.00 M");
      assertThat(Numbers.count(999)).isEqualTo("999");
      assertThat(Numbers.count(0.5)).isEqualTo("0.50");
      assertThat(Numbers.bytes(555_300)).isEqualTo("555 kB");
      assertThat(Numbers.bytes(12)).isEqualTo("12 B");
      assertThat(Numbers.firingRate(0.05123)).isEqualTo("0.0512");
      assertThat(Numbers.duration(0.0123)).isEqualTo("12.3 ms");
      assertThat(Numbers.duration(0.9999)).isEqualTo("1.00 s");
      assertThat(Numbers.duration(59.99)).isEqualTo("1 min 00 s");
      assertThat(Numbers.duration(185)).isEqualTo("3 min 05 s");
      assertThat(Numbers.duration(7630)).isEqualTo("2 h 07 min");
      assertThat(Numbers.rate(41.23, "images")).isEqualTo("41.2 images/s");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void whatIsNotANumberReadsAsADash() {
    assertThat(Numbers.percent(Double.NaN)).isEqualTo("-");
    assertThat(Numbers.count(Double.POSITIVE_INFINITY)).isEqualTo("-");
    assertThat(Numbers.duration(Double.NaN)).isEqualTo("-");
  }
}
