package org.rheobase.onednn;

import java.util.Optional;
import java.util.function.Supplier;
import org.rheobase.dense.DenseBackend;
import org.rheobase.error.FailureException;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;

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
    return prepare(
        "a convolution " + conv.window() + " of " + input,
        () -> OneDnnKernel.convolution(conv, input));
  }

  @Override
  public Kernel linear(Op.Linear linear) {
    return prepare(
        "a fully connected layer " + linear.weight().dims(), () -> OneDnnKernel.linear(linear));
  }

  private static Kernel prepare(String what, Supplier<Kernel> kernel) {
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
