package org.rheobase.calibrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Tail;
import org.rheobase.graph.Weights;
import org.rheobase.sweep.LayerMeans;

/**
 * Least squares for a layer that reads out the spikes: the change of weights and bias that brings
 * its mean output closest to the artificial network's, with a penalty on the change of weights.
 */
final class ReadoutFit {
  /** More features would take more memory than the network. */
  private static final int MOST_FEATURES = 4096;

  private ReadoutFit() {}

  /** Fully connected layers and 1x1 convolutions whose averages over time are an output. */
  static List<String> layers(Graph snn) {
    Map<String, Node> byName = snn.byName();
    List<String> layers = new ArrayList<>();
    for (String averaged : Tail.of(snn).averaged().keySet()) {
      Optional.ofNullable(byName.get(averaged))
          .flatMap(node -> layer(byName, node))
          .filter(name -> !layers.contains(name))
          .ifPresent(layers::add);
    }
    return layers;
  }

  private static Optional<String> layer(Map<String, Node> byName, Node node) {
    return switch (node.op()) {
      case Op.Linear linear when linear.inFeatures() <= MOST_FEATURES -> Optional.of(node.name());
      case Op.Conv conv when isPointwise(conv) -> Optional.of(node.name());
      case Op.Identity _, Op.Reshape _ ->
          Optional.ofNullable(byName.get(node.input())).flatMap(input -> layer(byName, input));
      case Op.Linear _,
          Op.Conv _,
          Op.Input _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.MaxPool _,
          Op.AveragePool _,
          Op.Pad _,
          Op.Add _,
          Op.Concat _,
          Op.Transpose _,
          Op.Select _,
          Op.Resize _,
          Op.Constant _,
          Op.NonLinear _,
          Op.IntegrateFire _ ->
          Optional.empty();
    };
  }

  private static boolean isPointwise(Op.Conv conv) {
    return conv.groups() == 1
        && conv.inChannels() <= MOST_FEATURES
        && conv.weight().size() == conv.inChannels() * conv.outChannels()
        && conv.window().strideHeight() == 1
        && conv.window().strideWidth() == 1
        && !conv.window().isPadded();
  }

  /**
   * The layer after the fit.
   *
   * @param ridge the penalty, relative to the mean variance of a feature
   */
  static Op fit(Node layer, LayerMeans means, double ridge) {
    return switch (layer.op()) {
      case Op.Linear linear -> {
        Op.Conv fitted = fit(linear.asConvolution(), 1, means, ridge);
        yield new Op.Linear(
            new Weights(linear.weight().dims(), fitted.weight().values()), fitted.bias());
      }
      case Op.Conv conv -> fit(conv, layer.shape().area(), means, ridge);
      default -> throw new IllegalArgumentException(layer.op().label() + " has no weights");
    };
  }

  private static Op.Conv fit(Op.Conv conv, int area, LayerMeans means, double ridge) {
    int in = conv.inChannels();
    int out = conv.outChannels();
    double count = (double) means.images() * area;
    DMatrixRMaj features = new DMatrixRMaj(area, in);
    DMatrixRMaj residuals = new DMatrixRMaj(area, out);
    DMatrixRMaj covariance = new DMatrixRMaj(in, in);
    DMatrixRMaj right = new DMatrixRMaj(in, out);
    double[] meanFeature = new double[in];
    double[] meanResidual = new double[out];
    float[] input = new float[in * area];
    float[] output = new float[out * area];
    float[] target = new float[out * area];
    for (int i = 0; i < means.images(); i++) {
      means.input(i, input);
      means.current(i, output);
      means.target(i, target);
      for (int p = 0; p < area; p++) {
        for (int c = 0; c < in; c++) {
          features.set(p, c, input[c * area + p]);
          meanFeature[c] += input[c * area + p] / count;
        }
        for (int c = 0; c < out; c++) {
          double residual = (double) target[c * area + p] - output[c * area + p];
          residuals.set(p, c, residual);
          meanResidual[c] += residual / count;
        }
      }
      CommonOps_DDRM.multAddTransA(1 / count, features, features, covariance);
      CommonOps_DDRM.multAddTransA(1 / count, features, residuals, right);
    }
    // Centred, so that the bias is free.
    for (int r = 0; r < in; r++) {
      for (int c = 0; c < in; c++) {
        covariance.add(r, c, -meanFeature[r] * meanFeature[c]);
      }
      for (int c = 0; c < out; c++) {
        right.add(r, c, -meanFeature[r] * meanResidual[c]);
      }
    }
    double penalty = ridge * CommonOps_DDRM.trace(covariance) / in;
    for (int c = 0; c < in; c++) {
      covariance.add(c, c, penalty);
    }
    DMatrixRMaj change = new DMatrixRMaj(in, out);
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(in);
    if (!(penalty > 0) || !solver.setA(covariance)) {
      return conv; // Nothing varies.
    }
    solver.solve(right, change);
    float[] weights = conv.weight().values().clone();
    float[] bias = conv.bias().values().clone();
    for (int o = 0; o < out; o++) {
      double offset = meanResidual[o];
      for (int c = 0; c < in; c++) {
        weights[o * in + c] += (float) change.get(c, o);
        offset -= change.get(c, o) * meanFeature[c];
      }
      bias[o] += (float) offset;
    }
    return conv.with(new Weights(conv.weight().dims(), weights), Weights.vector(bias));
  }
}
