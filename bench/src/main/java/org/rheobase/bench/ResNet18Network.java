package org.rheobase.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.rheobase.convert.Converter;
import org.rheobase.convert.Recipe;
import org.rheobase.convert.RecipeFile;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.dense.DenseBackends;
import org.rheobase.dense.DenseExecutor;
import org.rheobase.graph.Graph;
import org.rheobase.graph.Neuron;
import org.rheobase.graph.Node;
import org.rheobase.graph.Op;
import org.rheobase.graph.Shape;
import org.rheobase.graph.ShapeInference;
import org.rheobase.graph.Tensor;
import org.rheobase.graph.Weights;
import org.rheobase.graph.Window;
import org.rheobase.onnx.OnnxWriter;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;
import org.rheobase.task.Classification;
import org.rheobase.transform.NormalizeThresholds;
import org.rheobase.transform.QuantizeWeights;

/**
 * Writes a spiking network of the shape of ResNet-18 on 224x224 images, with random weights and
 * thresholds at which every site fires at a wanted rate: mean activations over that rate, corrected
 * by what the network then does. It knows nothing; it is there to be timed, on {@code shapes:N} for
 * example.
 *
 * <p>{@code java org.rheobase.bench.ResNet18Network FILE.snn.onnx [rate=0.05] [bits=16] [steps=32]}
 */
public final class ResNet18Network {
  private static final int IMAGES = 4;

  /**
   * Neurons fire more than their mean activation says, as currents fluctuate: corrected so often.
   */
  private static final int ROUNDS = 10;

  /** Of the correction: what makes them fire more falls with the threshold as well. */
  private static final double EXPONENT = 1.5;

  private static final String PREPROCESSING =
      """
      channels: RGB
      size: [224, 224]
      resize: {shorterSide: 224, filter: bilinear-antialias}
      scale: 0.00392156862745098
      mean: [0.5, 0.5, 0.5]
      std: [0.25, 0.25, 0.25]
      """;

  private final Random random = new Random(1);
  private final List<Node> nodes = new ArrayList<>();

  private ResNet18Network() {}

  public static void main(String[] args) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String arg : Arrays.asList(args).subList(1, args.length)) {
      options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    double rate = Double.parseDouble(options.getOrDefault("rate", "0.05"));
    int bits = Integer.parseInt(options.getOrDefault("bits", "16"));
    int steps = Integer.parseInt(options.getOrDefault("steps", "32"));
    Graph prepared =
        Converter.prepare(new ResNet18Network().artificial(), Recipe.AveragePooling.LINEAR);
    Map<String, double[]> thresholds = means(prepared);
    thresholds.values().forEach(t -> Arrays.setAll(t, c -> t[c] / rate));
    Graph snn = quantized(prepared, thresholds, bits);
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, Double> rates = rates(snn, steps);
      System.out.println("spikes per neuron and step " + rates);
      rates.forEach((site, found) -> {
        double[] threshold = thresholds.get(site);
        if (threshold != null) {
          double factor = Math.pow(found / rate, EXPONENT);
          Arrays.setAll(threshold, c -> threshold[c] * factor);
        }
      });
      snn = quantized(prepared, thresholds, bits);
    }
    SnnMetadata metadata =
        new SnnMetadata(
            RecipeFile.toJson(Recipe.DEFAULT), steps, 1, "", "", PREPROCESSING, 0, "benchmark");
    OnnxWriter.write(snn, metadata, Path.of(args[0]));
  }

  private Graph artificial() {
    nodes.add(new Node("image", new Op.Input(), List.of(), Shape.of(3, 224, 224)));
    String x = relu(conv("stem", "image", 64, 7, 2));
    x = add("pool", new Op.MaxPool(Window.of(3, 3).withStride(2, 2).withPadding(1, 1, 1, 1)), x);
    for (int stage = 0; stage < 4; stage++) {
      for (int block = 0; block < 2; block++) {
        String name = "stage" + (stage + 1) + ".block" + (block + 1);
        int channels = 64 << stage;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String inner = relu(conv(name + ".first", x, channels, 3, stride));
        inner = conv(name + ".second", inner, channels, 3, 1);
        String shortcut = stride == 1 ? x : conv(name + ".shortcut", x, channels, 1, stride);
        x = relu(add(name + ".sum", new Op.Add(), inner, shortcut));
      }
    }
    x = add("average", new Op.AveragePool(Window.of(7, 7), true, 0, 0), x);
    nodes.add(new Node("flat", new Op.Reshape(), List.of(x), Shape.of(512)));
    Op.Linear classes = new Op.Linear(gaussian(512, 1000, 512), Weights.filled(1000, 0));
    return new Graph(
        "resnet18", nodes, List.of(new Graph.Output("classes", add("classes", classes, "flat"))));
  }

  private String conv(String name, String input, int out, int size, int stride) {
    int in = shape(input).channels();
    int pad = size / 2;
    Weights weights = gaussian(in * size * size, out, in, size, size);
    Window window =
        Window.of(size, size).withStride(stride, stride).withPadding(pad, pad, pad, pad);
    return add(name, new Op.Conv(weights, Weights.filled(out, 0), window, 1), input);
  }

  /** Random weights that keep the size of activations behind a ReLU. */
  private Weights gaussian(int fanIn, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / fanIn));
    }
    return Weights.of(values, dims);
  }

  private String relu(String input) {
    return add(input + ".relu", new Op.Relu(Float.POSITIVE_INFINITY), input);
  }

  private String add(String name, Op op, String... inputs) {
    List<Shape> shapes = Arrays.stream(inputs).map(this::shape).toList();
    nodes.add(new Node(name, op, List.of(inputs), ShapeInference.infer(op, shapes, Shape.of())));
    return name;
  }

  private Shape shape(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow().shape();
  }

  private static Graph quantized(Graph prepared, Map<String, double[]> thresholds, int bits) {
    return QuantizeWeights.apply(NormalizeThresholds.apply(spiking(prepared, thresholds)), bits);
  }

  /** Spikes per neuron and step of each site. */
  private static Map<String, Double> rates(Graph snn, int steps) {
    Classification.SpikingScore score =
        Classification.evaluate(
            snn,
            Simulators.compile(snn, Kernel.EVENT),
            DataSpec.parse("shapes:" + IMAGES + ",seed=1"),
            PreprocessingFile.parse(PREPROCESSING, "the benchmark"),
            steps,
            1,
            Runtime.getRuntime().availableProcessors(),
            ProgressListener.NONE);
    Map<String, Double> rates = new LinkedHashMap<>();
    for (int s = 0; s < score.sites().size(); s++) {
      rates.put(score.sites().get(s).name(), score.firingRate(s));
    }
    return rates;
  }

  private static Graph spiking(Graph prepared, Map<String, double[]> thresholds) {
    List<Node> all = new ArrayList<>();
    for (Node node : prepared.nodes()) {
      double[] wanted = thresholds.get(node.name());
      if (wanted == null) {
        all.add(node);
        continue;
      }
      float[] threshold = new float[wanted.length];
      float[] initial = new float[wanted.length];
      for (int c = 0; c < wanted.length; c++) {
        threshold[c] = (float) wanted[c];
        initial[c] = threshold[c] / 2;
      }
      all.add(
          node.withOp(
              new Op.IntegrateFire(
                  Weights.vector(threshold),
                  Weights.filled(wanted.length, 0),
                  Weights.vector(initial),
                  new Neuron.SoftReset())));
    }
    return new Graph(prepared.name(), all, prepared.outputs());
  }

  /** By ReLU, {@code [c]}: mean activation. */
  private static Map<String, double[]> means(Graph prepared) {
    Preprocessing preprocessing = PreprocessingFile.parse(PREPROCESSING, "the benchmark");
    var data = DataSpec.parse("shapes:" + IMAGES + ",seed=1");
    Shape input = prepared.input().shape();
    float[] batch = new float[IMAGES * input.size()];
    for (int i = 0; i < IMAGES; i++) {
      System.arraycopy(preprocessing.apply(data.get(i)), 0, batch, i * input.size(), input.size());
    }
    List<Node> sites = prepared.nodes().stream().filter(n -> n.op() instanceof Op.Relu).toList();
    Map<String, double[]> means = new LinkedHashMap<>();
    sites.forEach(site -> means.put(site.name(), new double[site.shape().channels()]));
    try (DenseExecutor executor = new DenseExecutor(prepared, DenseBackends.best())) {
      executor
          .run(
              new Tensor(IMAGES, input, batch),
              sites.stream().map(Node::name).toList(),
              Runtime.getRuntime().availableProcessors())
          .forEach((name, values) -> add(values, means.getOrDefault(name, new double[0])));
    }
    return means;
  }

  private static void add(Tensor values, double[] mean) {
    int area = values.shape().area();
    for (int i = 0; i < values.values().length; i++) {
      mean[i / area % mean.length] += values.values()[i] / ((double) IMAGES * area);
    }
  }
}
