package org.rheobase.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rheobase.cli.Engine.BenchRequest;
import org.rheobase.cli.Engine.NetworkBench;
import org.rheobase.cli.report.BenchReport;
import org.rheobase.cli.report.Progress;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.sim.CostModel;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;
import org.rheobase.speed.AddRate;
import org.rheobase.speed.LayerTimer;
import org.rheobase.speed.SpikingLayer;
import org.rheobase.task.Classification;

/** How fast this machine is, by measurements that take turns. */
final class Benchmark {
  private static final int REPETITIONS = 5;
  private static final int SIZE = 14;
  private static final int INT16 = SpikingLayer.INT16;
  private static final int EVENT_STEPS = 32;

  /** The scalar kernel takes the same for every step. */
  private static final int SCALAR_STEPS = 1;

  private static final long WARM_UP = 100_000_000L;

  private Benchmark() {}

  static BenchReport of(BenchRequest request, Progress progress) {
    BenchReport.Machine machine = machine();
    // First: its peak of memory is that of the process. So it chooses by costs kept before.
    NetworkBench asked = request.network();
    BenchReport.Network network = asked == null ? null : network(asked, request, progress);
    progress.stage("adding", 2);
    List<BenchReport.AddRate> adds = new ArrayList<>();
    for (int kibibytes : new int[] {16, 512}) {
      adds.add(new BenchReport.AddRate(kibibytes, AddRate.measure(kibibytes << 9)));
      progress.advance(1);
    }
    List<BenchReport.Layer> layers = layers(request, progress);
    return new BenchReport(machine, adds, layers, crossovers(progress), network);
  }

  private static BenchReport.Machine machine() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return new BenchReport.Machine(
        Machine.processor(),
        Runtime.getRuntime().availableProcessors(),
        AddRate.vectorBits(),
        Runtime.version().toString(),
        load < 0 ? null : load);
  }

  private static List<BenchReport.Layer> layers(BenchRequest request, Progress progress) {
    List<BenchReport.Layer> layers = new ArrayList<>();
    // What all layers share is compiled once; the first must not pay for it.
    SpikingLayer first = new SpikingLayer(3, request.channels().getFirst(), SIZE, 0.1, INT16);
    new LayerTimer(first, Kernel.EVENT, EVENT_STEPS).warmUp(6 * WARM_UP);
    new LayerTimer(first, Kernel.SCALAR, SCALAR_STEPS).warmUp(2 * WARM_UP);
    progress.stage("layers", request.channels().size() * request.densities().size());
    for (int channels : request.channels()) {
      for (double density : request.densities()) {
        layers.add(layer(new SpikingLayer(3, channels, SIZE, density, INT16)));
        progress.advance(1);
      }
    }
    return layers;
  }

  private static BenchReport.Layer layer(SpikingLayer layer) {
    LayerTimer event = new LayerTimer(layer, Kernel.EVENT, EVENT_STEPS);
    LayerTimer scalar = new LayerTimer(layer, Kernel.SCALAR, SCALAR_STEPS);
    event.warmUp(WARM_UP);
    scalar.warmUp(WARM_UP / 4);
    double[] eventTimes = new double[REPETITIONS];
    double[] scalarTimes = new double[REPETITIONS];
    for (int r = 0; r < REPETITIONS; r++) {
      eventTimes[r] = event.milliseconds(4) / 4;
      scalarTimes[r] = scalar.milliseconds(1);
    }
    double fast = event.sops() / LayerTimer.median(eventTimes) / 1e6;
    double slow = scalar.sops() / LayerTimer.median(scalarTimes) / 1e6;
    return new BenchReport.Layer(
        layer.channels(), layer.size(), layer.density(), fast, slow, fast / slow);
  }

  private static List<BenchReport.Crossover> crossovers(Progress progress) {
    if (!KernelCosts.haveChoice()) {
      return List.of();
    }
    return KernelCosts.measure(progress).stream()
        .map(c ->
            new BenchReport.Crossover(
                c.layer().kernel(),
                c.layer().channels(),
                c.layer().size(),
                8 * c.limbs(),
                c.density(),
                c.events(),
                finite(c.product(), Double.MAX_VALUE),
                finite(c.fromProduct(), 1),
                finite(c.lookup(), Double.MAX_VALUE),
                finite(c.fromLookup(), 1)))
        .toList();
  }

  private static @Nullable Double finite(double value, double most) {
    return value > most ? null : value;
  }

  private static BenchReport.Network network(
      NetworkBench asked, BenchRequest request, Progress progress) {
    OnnxModel model = ModelReading.read(asked.model());
    SnnMetadata metadata = model.spiking();
    if (metadata == null) {
      throw new MisuseException(
          asked.model().file() + " is no spiking network; convert it first, or name one");
    }
    Graph graph = model.graph();
    Preprocessing preprocessing = ModelReading.preprocessing(asked.model(), model).parsed(graph);
    Dataset data = Evaluation.data(asked.data(), asked.images());
    int steps = asked.steps() == null ? metadata.steps() : asked.steps();
    Simulators.Compiled network =
        Simulators.compile(
            graph, asked.kernel(), KernelCosts.known(asked.kernel()).orElse(CostModel.typical()));
    List<Integer> threads = new ArrayList<>(new TreeSet<>(List.of(1, request.threads())));
    double[][] seconds = new double[threads.size()][REPETITIONS];
    double sops = 0;
    progress.stage("simulating", threads.size() * (REPETITIONS + 1));
    for (int r = -1; r < REPETITIONS; r++) { // the first turn is for the JVM's compiler
      for (int k = 0; k < seconds.length; k++) {
        long start = System.nanoTime();
        sops =
            Classification.evaluate(
                    graph,
                    network,
                    data,
                    preprocessing,
                    steps,
                    Math.min(steps, metadata.countFrom()),
                    threads.get(k),
                    ProgressListener.NONE)
                .sops();
        if (r >= 0) {
          seconds[k][r] = (System.nanoTime() - start) / 1e9;
        }
        progress.advance(1);
      }
    }
    double perRun = sops;
    double first = LayerTimer.median(seconds[0]);
    return new BenchReport.Network(
        asked.model().file().toString(),
        data.size(),
        steps,
        network.kernel().toString(),
        perRun / data.size(),
        IntStream.range(0, seconds.length)
            .mapToObj(k -> {
              double median = LayerTimer.median(seconds[k]);
              return new BenchReport.Run(
                  threads.get(k),
                  1e3 * median / data.size() / steps,
                  perRun / median / 1e9,
                  first / median);
            })
            .toList(),
        Machine.peakMemory());
  }
}
