package org.rheobase.onednn;

import java.util.Optional;
import java.util.function.Supplier;
import org.rheobase.dense.ByteConvolution;
import org.rheobase.dense.DenseBackend;
import org.rheobase.dense.JavaBackend;
import org.rheobase.dense.TrainableConvolution;
import org.rheobase.error.FailureException;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.Window;

/**
 * Convolutions and fully connected layers on oneDNN, in 32-bit floats without relaxations. Each
 * calling thread computes alone: threads come from the caller, never from OpenMP. The order of a
 * sum is the library's choice for the processor, so bits are the same for any number of threads on
 * one machine, but not from one kind of machine to another.
 */
public final class OneDnnBackend implements DenseBackend {
  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public Optional<String> unavailable() {
    return OneDnn.problem();
  }

  @Override
  public Kernel convolution(Op.Conv conv, Shape input) {
    if (isTroublesome(conv.window(), input)) {
      return new JavaBackend().convolution(conv, input);
    }
    return prepare(
        "a convolution " + conv.window() + " of " + input,
        () -> OneDnnKernel.convolution(conv, input));
  }

  @Override
  public TrainableConvolution trainable(Op.Conv conv, Shape input, int images) {
    if (isTroublesome(conv.window(), input)) {
      return DenseBackend.super.trainable(conv, input, images);
    }
    return prepare(
        "the gradient of a convolution " + conv.window() + " of " + input,
        () -> new OneDnnTrainable(conv, input, images));
  }

  @Override
  public ByteConvolution bytes(ByteConvolution.Layer layer) {
    if (isTroublesome(layer.window(), layer.in())) {
      return DenseBackend.super.bytes(layer);
    }
    try {
      return prepare(
          "a product of bytes " + layer.window() + " of " + layer.in(),
          () -> new OneDnnBytes(layer));
    } catch (FailureException _) {
      return DenseBackend.super.bytes(layer); // slower, with the same sums
    }
  }

  /**
   * Convolutions that oneDNN 3.11 crashes on (a window that lies in the padding alone) or computes
   * wrongly (a single input channel and columns that are skipped to a single column). Networks
   * hardly ever hold such, so plain Java may do them.
   */
  private static boolean isTroublesome(Window window, Shape input) {
    boolean skipsToOneColumn =
        input.channels() == 1 && window.strideWidth() > 1 && window.outWidth(input.width()) == 1;
    return skipsToOneColumn || !window.everyWindowMeets(input.height(), input.width());
  }

  @Override
  public Kernel linear(Op.Linear linear) {
    return prepare(
        "a fully connected layer " + linear.weight().dims(), () -> OneDnnKernel.linear(linear));
  }

  private static <T> T prepare(String what, Supplier<T> kernel) {
    OneDnn.problem()
        .ifPresent(reason -> {
          throw new FailureException(
              "dense backend onednn cannot run here: " + reason + "; choose java");
        });
    OneDnn.computeInThisThreadAlone();
    try {
      return kernel.get();
    } catch (RuntimeException e) {
      throw new FailureException(
          "oneDNN cannot prepare " + what + ": " + e.getMessage() + "; choose dense backend java",
          e);
    }
  }
}
