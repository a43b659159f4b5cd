package org.rheobase.dense;

import java.lang.foreign.MemorySegment;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/** The specification of every {@link ByteConvolution}: plain loops, any window. */
record JavaByteConvolution(Layer layer) implements ByteConvolution {
  @Override
  public Run newRun() {
    return new JavaRun(layer, new byte[layer.in().size() + SLACK], new int[layer.out().size()]);
  }

  private record JavaRun(Layer layer, byte[] values, int[] results) implements Run {
    @Override
    public MemorySegment inputs() {
      return MemorySegment.ofArray(values);
    }

    @Override
    public MemorySegment sums() {
      return MemorySegment.ofArray(results);
    }

    @Override
    public void compute() {
      Shape out = layer.out();
      int i = 0;
      for (int oy = 0; oy < out.height(); oy++) {
        for (int ox = 0; ox < out.width(); ox++) {
          for (int o = 0; o < out.channels(); o++) {
            results[i++] = sum(oy, ox, o);
          }
        }
      }
    }

    private int sum(int oy, int ox, int o) {
      Window w = layer.window();
      Shape in = layer.in();
      int cells = w.kernelHeight() * w.kernelWidth();
      int sum = 0;
      for (int ky = 0; ky < w.kernelHeight(); ky++) {
        int iy = oy * w.strideHeight() + ky * w.dilationHeight() - w.padTop();
        for (int kx = 0; kx < w.kernelWidth(); kx++) {
          int ix = ox * w.strideWidth() + kx * w.dilationWidth() - w.padLeft();
          if (iy < 0 || iy >= in.height() || ix < 0 || ix >= in.width()) {
            continue;
          }
          int from = (iy * in.width() + ix) * in.channels();
          int weight = o * in.channels() * cells + ky * w.kernelWidth() + kx;
          for (int c = 0; c < in.channels(); c++) {
            sum += (values[from + c] & 0xff) * layer.weights()[weight + c * cells];
          }
        }
      }
      return sum;
    }
  }
}
