package org.rheobase.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rheobase.data.DataSpec;
import org.rheobase.data.Dataset;
import org.rheobase.data.Preprocessing;
import org.rheobase.data.PreprocessingFile;
import org.rheobase.error.MisuseException;
import org.rheobase.graph.Graph;
import org.rheobase.onnx.OnnxModel;
import org.rheobase.onnx.OnnxReader;
import org.rheobase.onnx.SnnMetadata;
import org.rheobase.parallel.ProgressListener;
import org.rheobase.parallel.Workers;
import org.rheobase.sim.CostModel;
import org.rheobase.sim.Kernel;
import org.rheobase.sim.Simulators;
import org.rheobase.sim.SpikingNetwork;
import org.rheobase.speed.Crossover;
import org.rheobase.task.Classification;

/**
 * A saved spiking network beside the opponents of {@code bench/peer}, all in one run and by turns:
 * milliseconds per image and step, the medians' ratios, and accuracies.
 *
 * <p>{@code java --add-modules jdk.incubator.vector org.rheobase.bench.NetworkBenchmark
 * MODEL.snn.onnx SPEC [steps=32] [images=256] [threads=2] [repeat=5] [kernels=auto]
 * [peers=bench/peer] [python=python3] [usersBatch=32] [tunedBatch=4]}; without {@code peers}, our
 * side alone.
 */
public final class NetworkBenchmark {
  private final Map<String, String> options;
  private final OnnxModel model;
  private final SnnMetadata metadata;
  private final Dataset data;
  private final Preprocessing preprocessing;
  private final int steps;
  private final int threads;

  /** One side of the comparison. */
  private record Side(
      String name, List<Double> wall, List<Double> processor, List<Double> accuracies) {
    Side(String name) {
      this(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    double wallMedian() {
      return median(wall);
    }

    double processorMedian() {
      return median(processor);
    }

    private static double median(List<Double> values) {
      return values.stream().sorted().toList().get(values.size() / 2);
    }
  }

  /** One of our kernels. */
  private record Ours(Side side, SpikingNetwork network) {}

  private NetworkBenchmark(Path file, String spec, Map<String, String> options) {
    this.options = options;
    model = OnnxReader.read(file);
    if (model.spiking() == null) {
      throw new MisuseException(file + " is no spiking network; convert it first");
    }
    metadata = model.spiking();
    data = DataSpec.parse(spec + "[first=0,count=" + options.getOrDefault("images", "256") + "]");
    preprocessing = PreprocessingFile.parse(metadata.preprocessing(), file.toString());
    steps = number("steps", 32);
    threads = number("threads", 2);
  }

  /** Prints one table. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Map<String, String> options = new LinkedHashMap<>();
    for (String arg : Arrays.asList(args).subList(2, args.length)) {
      options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    new NetworkBenchmark(Path.of(args[0]), args[1], options).run(Path.of(args[0]));
  }

  private void run(Path file) throws IOException, InterruptedException {
    Graph graph = model.graph();
    List<Ours> ours = new ArrayList<>();
    for (String name : options.getOrDefault("kernels", "auto").split(",", -1)) {
      Kernel kernel = Kernel.valueOf(name.toUpperCase(Locale.ROOT));
      CostModel costs =
          kernel == Kernel.AUTO
              ? Crossover.model(Crossover.measureAll(ProgressListener.NONE))
              : CostModel.EVENTS;
      ours.add(new Ours(new Side("rheobase, " + kernel), Simulators.compile(graph, kernel, costs)));
    }
    Side first = ours.getFirst().side();
    Side users = new Side("as users run it");
    Side tuned = new Side("tuned");
    Side warm = new Side("warm-up");
    Path folder = Files.createTempDirectory("rheobase-bench");
    boolean hasPeers = options.containsKey("peers");
    long sops = 0;
    if (hasPeers) {
      writeImages(folder, graph.input().shape().dims());
    }
    for (Ours one : ours) {
      for (long end = processorTime() + 15_000_000_000L; processorTime() < end; ) {
        sops = simulate(graph, one.network(), warm);
      }
    }
    for (int r = 0; r < number("repeat", 5); r++) {
      for (Ours one : ours) {
        simulate(graph, one.network(), one.side());
      }
      if (hasPeers) {
        peer("as_users.py", file, folder, number("usersBatch", 32), users);
        peer("tuned.py", file, folder, number("tunedBatch", 4), tuned);
      }
    }
    System.out.printf(
        "%s, T = %d, %d images, %d threads, %.1f M synaptic operations per image%n",
        file.getFileName(), steps, data.size(), threads, (double) sops / data.size() / 1e6);
    System.out.printf(
        "%-20s %12s %20s %7s %16s %7s %9s%n",
        "ms per image, step",
        "time",
        "(least ... most)",
        "ratio",
        "processor time",
        "ratio",
        "accuracy");
    List<Side> sides = new ArrayList<>(ours.stream().map(Ours::side).toList());
    if (hasPeers) {
      sides.addAll(List.of(users, tuned));
    }
    for (Side side : sides) {
      System.out.printf(
          "%-20s %12.4f %8.4f ... %7.4f %7.2f %16.4f %7.2f %8.2f%%%n",
          side.name(),
          side.wallMedian(),
          side.wall().stream().min(Double::compare).orElse(0.0),
          side.wall().stream().max(Double::compare).orElse(0.0),
          side.wallMedian() / first.wallMedian(),
          side.processorMedian(),
          side.processorMedian() / first.processorMedian(),
          100 * side.accuracies().getLast());
    }
    System.out.printf(
        "%.1f G synaptic operations/s, %.1f per second of one processor%n",
        sops / (first.wallMedian() * 1e6 * data.size() * steps),
        sops / (first.processorMedian() * 1e6 * data.size() * steps));
  }

  private long simulate(Graph graph, SpikingNetwork network, Side side) {
    long start = System.nanoTime();
    long used = processorTime();
    Classification.SpikingScore score =
        Classification.evaluate(
            graph,
            network,
            data,
            preprocessing,
            steps,
            Math.min(steps, metadata.countFrom()),
            threads,
            ProgressListener.NONE);
    side.wall().add((System.nanoTime() - start) / 1e6 / data.size() / steps);
    side.processor().add((processorTime() - used) / 1e6 / data.size() / steps);
    side.accuracies().add(score.score().top1(steps));
    return score.sops();
  }

  /** Of all threads of this process, in nanoseconds: other load on the machine counts less. */
  private static long processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private void peer(String script, Path model, Path folder, int batch, Side side)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            options.getOrDefault("python", "python3"),
            Path.of(options.getOrDefault("peers", "bench/peer"), script).toString(),
            folder.resolve("images.npy").toString(),
            folder.resolve("labels.npy").toString(),
            model.toString(),
            "--steps=" + steps,
            "--threads=" + threads,
            "--batch=" + batch);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // Where pages are expensive, as in virtual machines, giving memory back after every operation
    // makes the opponents up to five times slower than they need be, and huge pages another quarter
    // faster. These are glibc's names.
    builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
    builder.environment().put("MALLOC_MMAP_MAX_", "0");
    builder.environment().put("MALLOC_TRIM_THRESHOLD_", "17179869184");
    builder.environment().put("MALLOC_TOP_PAD_", "268435456");
    Process process = builder.start();
    String line =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(script + " failed; it needs python3-torch and python3-onnx");
    }
    side.wall().add(field(line, "msPerImageAndStep"));
    side.processor().add(field(line, "processorMsPerImageAndStep"));
    side.accuracies().add(field(line, "accuracy"));
  }

  private static double field(String json, String name) {
    String after = json.substring(json.indexOf("\"" + name + "\": ") + name.length() + 4);
    return Double.parseDouble(after.split("[,}]", 2)[0]);
  }

  private void writeImages(Path folder, List<Integer> dims) throws IOException {
    float[][] images = new float[data.size()][];
    long[] labels = new long[data.size()];
    Workers.forEach(
        data.size(),
        threads,
        () ->
            i -> {
              var sample = data.get(i);
              images[i] = preprocessing.apply(sample);
              labels[i] = (long) sample.label() + preprocessing.labelOffset();
            });
    List<Integer> shape = new ArrayList<>(List.of(images.length));
    shape.addAll(dims);
    NpyFile.write(folder.resolve("images.npy"), images, shape);
    NpyFile.write(folder.resolve("labels.npy"), labels);
  }

  private int number(String option, int otherwise) {
    return Integer.parseInt(options.getOrDefault(option, String.valueOf(otherwise)));
  }
}
