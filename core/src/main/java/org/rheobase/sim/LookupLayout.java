package org.rheobase.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * How a convolution of spikes becomes lookups: every lookup reads five bits of the input, which
 * reach all outputs with the same five rows of weights.
 *
 * <p>Output positions lie in lanes, row after row of {@code pitch} lanes; those of a row behind the
 * output's width mean nothing. Inputs lie in planes of the same pitch, padding included, one for
 * each remainder of rows and columns by the stride, so that every kernel cell reads a plane at a
 * constant distance from the output's lane.
 *
 * @param pitch lanes of a row
 * @param lanes of the output, whole vectors
 * @param length of a plane
 * @param groups of 16 channels
 * @param phases planes per group
 * @param runs rows of the input and where they go in a plane of words
 * @param planes of five bits, made of words of 16 channels
 * @param offset {@code [lookups]}: where a lookup's first lane reads
 * @param sources {@code [lookups][bits]}: what each bit is
 */
record LookupLayout(
    int pitch,
    int lanes,
    int length,
    int groups,
    int phases,
    List<Run> runs,
    List<Plane> planes,
    int[] offset,
    List<List<Source>> sources) {
  /** Bits of a lookup: a vector of 512 bits holds the 32 sums that they may have. */
  static final int BITS = 5;

  static final int ENTRIES = 1 << BITS;

  /** Lanes of a vector of 16-bit sums. */
  static final int VECTOR = 32;

  /**
   * Neighbours of a row, in the words of a phase.
   *
   * @param from first position of the input
   * @param step between positions
   * @param to first lane, in the plane of that phase
   */
  record Run(int from, int step, int to, int count) {}

  /**
   * Five bits for every lane.
   *
   * @param pieces where they come from
   * @param length lanes that are needed
   */
  record Plane(List<Piece> pieces, int length) {}

  /**
   * Bits of a word.
   *
   * @param from first lane, among the words
   * @param shift to the right, or to the left where negative
   * @param mask applied after it
   */
  record Piece(int from, int shift, int mask) {}

  /**
   * One input bit of an output.
   *
   * @param cell of the kernel, {@code ky * kernelWidth + kx}
   */
  record Source(int channel, int cell) {}

  /**
   * @param least lanes that a row has at least
   */
  static LookupLayout of(Window w, Shape in, Shape out, int least) {
    return new Builder(w, in, out, least).build();
  }

  private static final class Builder {
    private final Window w;
    private final Shape in;
    private final int columns;
    private final int pitch;
    private final int rows;
    private final int lanes;
    private final int length;
    private final Map<Integer, Integer> phases = new LinkedHashMap<>();
    private final List<Plane> planes = new ArrayList<>();
    private final List<Integer> offset = new ArrayList<>();
    private final List<List<Source>> sources = new ArrayList<>();

    Builder(Window w, Shape in, Shape out, int least) {
      this.w = w;
      this.in = in;
      int lastRow = rowShift(w.kernelHeight() - 1);
      int lastColumn = columnShift(w.kernelWidth() - 1);
      columns = out.width() + lastColumn;
      pitch = Math.max(least, columns);
      rows = out.height() + lastRow;
      int used = (out.height() - 1) * pitch + out.width();
      lanes = Math.ceilDiv(used, VECTOR) * VECTOR;
      length = Math.ceilDiv(lastRow * pitch + lastColumn + lanes, VECTOR) * VECTOR;
      for (int cell = 0; cell < cells(); cell++) {
        phases.putIfAbsent(phaseKey(cell), phases.size());
      }
    }

    LookupLayout build() {
      int whole = in.channels() / BITS;
      int rest = in.channels() % BITS;
      // The channels that are left share lookups across kernel cells, unless that hardly helps.
      int apart = Math.ceilDiv(rest * cells(), BITS);
      boolean isShared = rest > 0 && apart > 0.9 * cells();
      for (int group = 0; group < whole + (isShared ? 1 : 0); group++) {
        addGroup(group * BITS, Math.min(BITS, in.channels() - group * BITS));
      }
      if (rest > 0 && !isShared) {
        addRest(in.channels() - rest);
      }
      return new LookupLayout(
          pitch,
          lanes,
          length,
          Math.ceilDiv(in.channels(), Events.LANES),
          phases.size(),
          runs(),
          planes,
          offset.stream().mapToInt(Integer::intValue).toArray(),
          sources);
    }

    private int cells() {
      return w.kernelHeight() * w.kernelWidth();
    }

    private int rowShift(int ky) {
      return ky * w.dilationHeight() / w.strideHeight();
    }

    private int columnShift(int kx) {
      return kx * w.dilationWidth() / w.strideWidth();
    }

    private int shift(int cell) {
      return rowShift(cell / w.kernelWidth()) * pitch + columnShift(cell % w.kernelWidth());
    }

    private int phaseKey(int cell) {
      int row = cell / w.kernelWidth() * w.dilationHeight() % w.strideHeight();
      int column = cell % w.kernelWidth() * w.dilationWidth() % w.strideWidth();
      return row * w.strideWidth() + column;
    }

    private int phase(int cell) {
      return phases.getOrDefault(phaseKey(cell), -1);
    }

    private int word(int channel, int phase) {
      return (channel / Events.LANES * phases.size() + phase) * length;
    }

    /** Neighbouring channels of one cell: a plane for every phase, a lookup for every cell. */
    private void addGroup(int channel, int count) {
      int first = planes.size();
      int bit = channel % Events.LANES;
      int inFirst = Math.min(count, Events.LANES - bit);
      for (int phase = 0; phase < phases.size(); phase++) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(word(channel, phase), bit, (1 << inFirst) - 1));
        if (count > inFirst) {
          int mask = (1 << count) - (1 << inFirst);
          pieces.add(new Piece(word(channel + inFirst, phase), -inFirst, mask));
        }
        planes.add(new Plane(pieces, length));
      }
      for (int cell = 0; cell < cells(); cell++) {
        offset.add((first + phase(cell)) * length + shift(cell));
        List<Source> bits = new ArrayList<>();
        for (int b = 0; b < count; b++) {
          bits.add(new Source(channel + b, cell));
        }
        sources.add(bits);
      }
    }

    /** The last channels, five bits at a time from all cells. */
    private void addRest(int channel) {
      List<Source> all = new ArrayList<>();
      for (int c = channel; c < in.channels(); c++) {
        for (int cell = 0; cell < cells(); cell++) {
          all.add(new Source(c, cell));
        }
      }
      for (int from = 0; from < all.size(); from += BITS) {
        List<Source> bits = all.subList(from, Math.min(all.size(), from + BITS));
        List<Piece> pieces = new ArrayList<>();
        for (int b = 0; b < bits.size(); b++) {
          Source source = bits.get(b);
          int at = word(source.channel(), phase(source.cell())) + shift(source.cell());
          pieces.add(new Piece(at, source.channel() % Events.LANES - b, 1 << b));
        }
        offset.add(planes.size() * length);
        planes.add(new Plane(pieces, lanes));
        sources.add(bits);
      }
    }

    private List<Run> runs() {
      List<Run> runs = new ArrayList<>();
      phases.forEach((key, phase) -> {
        int rowPhase = key / w.strideWidth();
        int columnPhase = key % w.strideWidth();
        int begin = Math.max(0, Math.ceilDiv(w.padLeft() - columnPhase, w.strideWidth()));
        int end =
            Math.min(
                columns,
                Math.floorDiv(in.width() - 1 + w.padLeft() - columnPhase, w.strideWidth()) + 1);
        for (int r = 0; r < rows && begin < end; r++) {
          int iy = r * w.strideHeight() + rowPhase - w.padTop();
          if (iy >= 0 && iy < in.height()) {
            int ix = begin * w.strideWidth() + columnPhase - w.padLeft();
            int to = phase * length + r * pitch + begin;
            runs.add(new Run(iy * in.width() + ix, w.strideWidth(), to, end - begin));
          }
        }
      });
      return runs;
    }
  }
}
